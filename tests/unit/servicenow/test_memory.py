"""Memory while an audit log is converted: flat in the number of incidents."""

import subprocess
import sys
from pathlib import Path

import pytest

from services.importing.external_sort import RUN_BYTES
from tests.checkout import ROOT
from tests.scale import scaled
from tests.unit.servicenow.audit_log import repeated, write
from tests.unit.servicenow.defects import audit_log

SAMPLE = ROOT.parent / "shared" / "data" / "servicenow_sample.csv"
TIMES = 20
LARGEST_RATIO = 1.15
NO_RUN_ON_DISK_BYTES = 2**40

# VmHWM and not getrusage, whose maximum a child inherits from the process that started it.
CONVERT = """
import sys
from pathlib import Path
from services.importing.mapping import load_mapping
from services.importing.servicenow import convert
with convert(Path(sys.argv[1]), load_mapping("servicenow"), run_bytes=int(sys.argv[2])) as made:
    for lines in (made.lines(), made.rejects(), made.outcomes()):
        for line in lines:
            pass
status = Path("/proc/self/status").read_text()
print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
"""


def _peak_kib(path: Path, run_bytes: int) -> int:
    command = [sys.executable, "-c", CONVERT, str(path), str(run_bytes)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return int(done.stdout)


def _ratio(once: Path, tmp_path: Path, run_bytes: int) -> float:
    many = repeated(tmp_path / "many.csv", once, TIMES)
    small, large = _peak_kib(once, run_bytes), _peak_kib(many, run_bytes)
    print(f"peak of {once.name}: {small} KiB, {TIMES} times over: {large} KiB")
    return large / small


@pytest.fixture
def log_of_many(tmp_path: Path) -> Path:
    dozen = write(tmp_path / "dozen.csv", audit_log())
    return repeated(tmp_path / "once.csv", dozen, scaled(125, minimum=40))


def test_twenty_times_the_incidents_take_the_same_memory(log_of_many: Path, tmp_path: Path) -> None:
    assert _ratio(log_of_many, tmp_path, RUN_BYTES // 16) < LARGEST_RATIO


def test_the_measure_sees_a_conversion_that_sorts_in_memory(log_of_many: Path, tmp_path: Path) -> None:
    assert _ratio(log_of_many, tmp_path, NO_RUN_ON_DISK_BYTES) > LARGEST_RATIO


@pytest.mark.skipif(not SAMPLE.exists(), reason="../shared is not beside this checkout")
@pytest.mark.skipif(scaled(100) < 100, reason="the full sample twenty times over is for scale 1")
def test_the_public_sample_twenty_times_over_takes_the_same_memory(tmp_path: Path) -> None:
    assert _ratio(SAMPLE, tmp_path, RUN_BYTES) < LARGEST_RATIO
