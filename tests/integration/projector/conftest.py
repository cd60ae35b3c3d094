"""Run by hand until a stall is understood: at their full count these tests have stalled with the group given nothing.

PROJECTORS=1 python -m pytest tests/integration/projector
"""

import os
from pathlib import Path

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if os.environ.get("PROJECTORS"):
        return
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.skip(reason="projectors have stalled at full count; run with PROJECTORS=1"))
