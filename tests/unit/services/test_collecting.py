import subprocess
import sys

from tests.integration.cli.processes import environment

_PROGRAM = """
import gc
from services.collecting import set_aside

lasting = [[] for _ in range(100_000)]
before = gc.get_freeze_count()
set_aside()
print(before, gc.get_freeze_count() > 100_000, len(gc.get_objects()) < 1_000)

loop = []
loop.append(loop)
del loop
print(gc.collect() > 0)
"""


def test_what_is_there_is_set_aside_and_what_comes_after_is_collected() -> None:
    said = subprocess.run(
        [sys.executable, "-c", _PROGRAM], env=environment(), capture_output=True, text=True, check=True
    ).stdout
    assert said.split() == ["0", "True", "True", "True"]
