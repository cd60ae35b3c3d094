"""What was erased takes no part any more, in the unit that erases it as later (EVENTS.md, values-erased)."""

from collections.abc import Callable

import pytest

from ledger.journal import FileJournal
from ledger.stamping import Bare
from ledger.unit_of_work import Duplicate
from schemas.events import Proposal
from tests.unit.ledger.desk import CONTRACT, ENGINEER, SYSTEM, Desk, opened, registered, says

Tell = Callable[[Proposal], object]


def in_memory() -> tuple[Desk, Tell]:
    desk = Desk(Bare())
    return desk, desk.unit.take


def in_a_file() -> tuple[Desk, Tell]:
    lines: list[Proposal] = []
    desk = Desk(Bare(), journal=FileJournal(lines.__getitem__))

    def tell(proposal: Proposal) -> object:
        lines.append(proposal)
        return desk.unit.take(proposal, len(lines) - 1)

    return desk, tell


@pytest.fixture(params=[in_memory, in_a_file])
def told(request: pytest.FixtureRequest) -> tuple[Desk, Tell, Proposal]:
    """A desk where the title of the opening was told and erased, and the opening."""
    desk, tell = request.param()
    opening = opened()
    tell(registered())
    tell(opening)
    erasure = {"events": [opening.id], "fields": ["/data/title"], "basis": "request"}
    tell(says(SYSTEM, "incident.values-erased", erasure))
    return desk, tell, opening


def correction(event: Proposal, field: str, was: object, now: object) -> Proposal:
    data = {"event": event.id, "field": field, "was": was, "now": now, "reason": "so", "agreed_by_other_party": False}
    return says(ENGINEER, "incident.corrected", data)


def test_a_correction_is_not_compared_with_what_was_erased(told: tuple[Desk, Tell, Proposal]) -> None:
    desk, tell, opening = told
    tell(correction(opening, "title", "Something else", "The server is slow"))
    desk.refuses(correction(opening, "channel", "phone", "email"), "was-differs")


def test_an_event_sent_again_is_told_by_what_was_not_erased(told: tuple[Desk, Tell, Proposal]) -> None:
    desk, tell, opening = told
    assert isinstance(tell(opened(title="Something else").model_copy(update={"id": opening.id})), Duplicate)
    desk.refuses(opened(channel="phone").model_copy(update={"id": opening.id}), "id-reused")


def test_a_field_is_erased_in_each_listed_event_that_has_it() -> None:
    desk, tell = in_memory()
    first, second = registered(), says(SYSTEM, "contract.contact-revoked", {"contact": {"name": "B"}}, subject=CONTRACT)
    tell(first)
    tell(second)
    erasure = {"events": [first.id, second.id], "fields": ["/data/contacts/0", "/data/contact"], "basis": "retention"}
    tell(says(SYSTEM, "contract.values-erased", erasure, subject=CONTRACT))
    for proposal, change in ((first, {"contacts": [{"name": "X"}]}), (second, {"contact": {"name": "X"}})):
        data = proposal.data.model_validate({**proposal.data.model_dump(by_alias=True, exclude_none=True), **change})
        assert isinstance(desk.unit.take(proposal.model_copy(update={"data": data})), Duplicate)
