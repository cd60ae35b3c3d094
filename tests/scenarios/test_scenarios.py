"""Every clause of the contract that obliges somebody has a scenario that a lawyer can read, and each comes true."""

import re
from pathlib import Path

from pytest_bdd import scenarios

FEATURES = Path(__file__).parent / "features"
OBLIGING = {
    "HOURS", "PROG-COMMERCIAL", "PROG-OPEN", "PROG-BASIC", "PROG-PREMIUM", "PROG-PREMIUM-PLUS", "CHANNELS",
    "PRIO-CHANGE", "RESPONSE", "P1-CONTINUOUS", "OPEN-EMAIL", "OPEN-CONFIRM", "STATUS-CONTACT", "STATUS-AGREE",
    "RES-INFORM", "RES-NOTICE", "RES-RESTORED", "RES-CUSTOM", "RES-UNREACHABLE", "QC-STAGES", "TERMS",
}  # fmt: skip

scenarios(str(FEATURES))


def test_each_clause_that_obliges_has_a_scenario() -> None:
    told = set(re.findall(r"@([A-Z][A-Z0-9-]+)", "".join(path.read_text() for path in FEATURES.glob("*.feature"))))
    assert told == OBLIGING
