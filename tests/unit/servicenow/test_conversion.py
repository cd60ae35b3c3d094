"""A whole audit log converted: the order of its lines, their ids, and that the ledger takes them."""

import random
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from ledger.stamping import Bare
from ledger.unit_of_work import UnitOfWork
from schemas.decode import decode_proposal
from schemas.events import Event
from schemas.problems import MappingUnusable
from services.importing.mapping import load_mapping
from services.importing.servicenow import Reason, convert
from tests.checkout import ROOT
from tests.unit.servicenow.audit_log import Converted, ordinary_incident, write
from tests.unit.servicenow.defects import audit_log

SAMPLE = ROOT.parent / "shared" / "data" / "servicenow_sample.csv"
POLICY = ROOT / "projections" / "policies" / "tron-asoc.toml"


@pytest.fixture
def defective(tmp_path: Path) -> Path:
    return write(tmp_path / "audit.csv", audit_log())


def _taken(lines: list[bytes]) -> Counter[str]:
    """What the ledger's own rules make of the lines, by type. Raises where one is refused."""
    unit = UnitOfWork(Bare(), shipped_policy=POLICY.read_bytes())
    taken: Counter[str] = Counter()
    for line in lines:
        event = unit.take(decode_proposal(line))
        assert isinstance(event, Event)
        taken[event.type] += 1
    return taken


def test_the_ledger_takes_every_line_of_the_worst_log(defective: Path) -> None:
    log = Converted(defective)
    assert _taken(log.lines) == log.summary.events
    assert log.summary.events == {
        "contract.registered.v1": 1,
        "incident.opened.v1": 10,
        "incident.responded.v1": 8,
        "incident.reprioritized.v1": 2,
        "incident.resolved.v1": 9,
        "incident.reopened.v1": 1,
    }


def test_everything_lost_in_the_worst_log_is_counted_and_listed(defective: Path) -> None:
    log = Converted(defective)
    assert log.summary.rejects == Counter(reason for _, reason in log.reasons())
    assert log.summary.rejects == {
        "occurs-after-recorded": 2,
        "no-new-row": 1,
        "no-resolved-at": 3,
        "resolved-before-opened": 1,
        "goes-back": 2,
        "incident-not-dated": 1,
        "unknown-state": 1,
        "no-created-at": 1,
        "priority-after-closing": 1,
        "unknown-outcome": 1,
        "no-caller": 1,
        "no-engineer": 1,
        "incident-without-channel": 1,
        "missing-updates": 1,
        "bad-date": 1,
        "repeated-update": 1,
    }
    assert [reject["line"] for reject in log.rejects] == sorted(reject["line"] for reject in log.rejects)


def test_the_contract_is_registered_before_the_first_row(defective: Path) -> None:
    registered = Converted(defective).events[0]
    assert registered["type"] == "contract.registered.v1"
    assert registered["subject"] == "SERVICENOW-2016"
    assert registered["recorded_at"] == "2016-01-01T09:00:00.000000Z"
    assert registered["data"]["licence"] == {"from": "2016-01-01", "until": "2017-12-31"}


def test_a_contract_registered_too_late_is_refused(defective: Path) -> None:
    mapping = load_mapping("servicenow")
    late = mapping.contract.model_copy(update={"registered_at": mapping.file.instant("1/3/2016 10:00")})
    with pytest.raises(MappingUnusable, match=r"contract\.registered_at"):
        convert(defective, mapping.model_copy(update={"contract": late}))


def test_lines_are_in_the_order_they_were_recorded_and_each_incident_in_its_own(
    defective: Path,
) -> None:
    log = Converted(defective)
    assert all(a["recorded_at"] <= b["recorded_at"] for a, b in pairwise(log.events))
    reprioritized = [event["type"] for event in log.events if event["subject"] == "INC0000004"]
    assert reprioritized == [
        "incident.opened.v1",
        "incident.reprioritized.v1",
        "incident.responded.v1",
        "incident.reprioritized.v1",
        "incident.resolved.v1",
    ]


def test_the_order_of_the_rows_in_the_file_changes_no_event(defective: Path, tmp_path: Path) -> None:
    rows = list(audit_log())
    random.Random(20160301).shuffle(rows)
    shuffled = write(tmp_path / "shuffled.csv", rows)
    assert Converted(shuffled).lines == Converted(defective).lines


def test_a_second_conversion_gives_the_same_bytes_and_no_id_twice(defective: Path) -> None:
    first = Converted(defective)
    assert Converted(defective).lines == first.lines
    ids = [event["id"] for event in first.events]
    assert len(set(ids)) == len(ids)


def test_an_export_with_later_updates_repeats_what_was_there(tmp_path: Path) -> None:
    rows = list(ordinary_incident("INC1"))
    earlier = Converted(write(tmp_path / "earlier.csv", rows[:2]))
    later = Converted(write(tmp_path / "later.csv", rows))
    assert later.lines[: len(earlier.lines)] == earlier.lines


def test_sorting_on_disk_changes_nothing(defective: Path) -> None:
    with convert(defective, load_mapping("servicenow"), run_bytes=1) as conversion:
        assert list(conversion.lines()) == Converted(defective).lines


def test_every_reason_is_explained_in_the_documentation() -> None:
    page = (ROOT / "docs" / "servicenow.md").read_text(encoding="utf-8")
    assert [reason for reason in Reason if f"| `{reason}` |" not in page] == []


@pytest.mark.skipif(not SAMPLE.exists(), reason="../shared is not beside this checkout")
def test_the_public_sample_keeps_what_it_says_and_lists_what_it_lost() -> None:
    log = Converted(SAMPLE)
    assert (log.summary.rows, log.summary.incidents) == (8641, 1500)
    assert log.summary.events == {
        "contract.registered.v1": 1,
        "incident.opened.v1": 1500,
        "incident.responded.v1": 973,
        "incident.reprioritized.v1": 19,
        "incident.resolved.v1": 1519,
        "incident.reopened.v1": 19,
    }
    assert log.summary.rejects == {
        "missing-updates": 918,
        "no-created-at": 656,
        "no-new-row": 527,
        "no-resolved-at": 108,
        "occurs-after-recorded": 37,
        "unknown-state": 2,
    }
    assert log.summary.missing_updates == 3305
    assert Counter(outcome["made_sla"] for outcome in log.outcomes) == {True: 907, False: 593}
    assert _taken(log.lines) == log.summary.events
