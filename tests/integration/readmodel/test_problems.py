"""Rows of incidents that cannot be judged: they say why, tell what is known, and are judged as soon as that changes."""

from pathlib import Path

from ledger.application import Ledger
from projections.projector import Projector
from projections.rows import View
from projections.store import Selection
from projections.store.sqlite import SqliteReadModel
from schemas.events import Proposal
from services.projecting import Projecting, differences, open_views
from tests.integration.readmodel.desk import (
    LEDGER_ID,
    micros,
    opening,
    put,
    recorded,
    resolution,
    response,
)
from tests.policies.harbour import POLICY, TEXT, digest
from tests.unit.ledger.desk import SYSTEM, registered, says

LATER = micros(24 * 30)
NO_DAYS: dict[str, list[str]] = {
    "holidays": [],
    "days_off": [],
    "working_weekends": [],
    "shortened": [],
    "non_working_days": [],
}


def shown(ledger: Ledger, folder: Path, incident: str = "I-1") -> View:
    """The incident's rows, once they are found to be those of a rebuild."""
    views = open_views(f"sqlite:///{folder}/ledger.db")
    Projecting(ledger, views).current(LATER)
    view = views.view(incident)
    assert view is not None
    assert list(differences(ledger, views, LATER)) == []
    unjudged = [row.incident for row in views.incidents(Selection(standing="not-judged")).rows]
    assert unjudged == ([] if view.incident.problem is None else [incident])
    views.close()
    return view


def calendar(year: int, hours: float) -> Proposal:
    """A year is published in which every day is as its weekday."""
    data = {"jurisdiction": "RU", "year": year, "source": "decree", **NO_DAYS}
    return recorded(says(SYSTEM, "calendar.published", data, subject=f"RU-{year}"), hours)


def test_a_missing_year_is_named_and_its_calendar_brings_the_verdict_of_the_last_instant(tmp_path: Path) -> None:
    with Ledger.create(f"sqlite:///{tmp_path}/ledger.db", provider="P", ledger_id=LEDGER_ID) as ledger:
        put(ledger, recorded(registered(level="basic"), -24), opening(1, 0), response(1, 3), resolution(1, 30))
        view = shown(ledger, tmp_path)
        assert view.incident.problem == "calendar-missing:RU:2024"
        assert (view.incident.standing, view.incident.decisive, view.incident.next_due_at) == (None, None, None)
        assert (view.incident.state, view.incident.closed_at, view.incident.events) == ("resolved", micros(30), 3)
        assert {row.problem for row in view.obligations} == {view.incident.problem}
        assert {row.verdict for row in view.obligations} == {None}
        put(ledger, calendar(2024, -100))
        judged = shown(ledger, tmp_path)
        assert judged.incident.problem is None
        assert judged.incident.standing is not None
        assert (judged.incident.as_of_position, judged.incident.as_of) == (5, micros(30))


def test_a_policy_whose_text_is_not_at_hand_is_named(tmp_path: Path) -> None:
    with Ledger.create(f"sqlite:///{tmp_path}/ledger.db", provider="P", ledger_id=LEDGER_ID) as ledger:
        adoption = says(SYSTEM, "policy.adopted", {"version": "2024", "sha256": digest(TEXT)}, subject=POLICY)
        for _ in ledger.import_([recorded(adoption, -48)], policy_texts=[TEXT]):
            pass
        put(
            ledger, recorded(registered(policy=POLICY, level="gold"), -24), opening(1, 0, priority=3), resolution(1, 30)
        )
        views = SqliteReadModel(tmp_path / "views.db", create=True)
        projector = Projector(views, ledger, {})
        assert list(projector.follow(ledger.rows()))[-1] == 4
        view = views.view("I-1")
        assert view is not None
        row = view.incident
        assert row.problem == "policy-text-missing:harbour-desk"
        assert (row.policy, row.policy_sha256) == (POLICY, digest(TEXT))
        assert (row.level, row.standing, row.priority, row.state, row.events) == (None, None, 3, "resolved", 2)
        assert [one.obligation for one in view.obligations] == ["response", "continuous-work"]
        assert (row.as_of_position, row.as_of) == (4, micros(30))
        views.close()


def test_a_level_that_the_policy_lacks_is_named_until_the_contract_has_another(tmp_path: Path) -> None:
    with Ledger.create(f"sqlite:///{tmp_path}/ledger.db", provider="P", ledger_id=LEDGER_ID) as ledger:
        renamed = TEXT.replace(b"gold", b"golden")
        for text, level, hours in ((TEXT, "gold", -48), (renamed, None, -12)):
            adoption = says(SYSTEM, "policy.adopted", {"version": "2024", "sha256": digest(text)}, subject=POLICY)
            for _ in ledger.import_([recorded(adoption, hours)], policy_texts=[text]):
                pass
            if level is not None:
                put(ledger, recorded(registered(policy=POLICY, edition="enterprise", level=level), -24))
        put(ledger, opening(1, 0))
        view = shown(ledger, tmp_path)
        assert (view.incident.problem, view.incident.level) == ("level-missing:harbour-desk:gold", "gold")
        changed = {"level": "golden", "effective_from": "2024-01-01"}
        put(ledger, recorded(says(SYSTEM, "contract.level-changed", changed, subject="C-001"), 2))
        judged = shown(ledger, tmp_path)
        assert judged.incident.level == "golden"
        assert judged.incident.problem != view.incident.problem
        assert judged.incident.as_of_position == ledger.head().count
