"""Where the client's distribution stands in the checkout."""

from pathlib import Path
from typing import Final

from tests.checkout import ROOT

__all__ = ["PROJECT"]

PROJECT: Final[Path] = ROOT / "services" / "client"
