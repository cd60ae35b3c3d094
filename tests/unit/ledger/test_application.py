"""The ledger as a whole: append, import, erase, restore, read again."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest

import projections
from ledger.application import Ledger
from ledger.incident import Incident
from ledger.machine import Machine
from schemas.chain import GENESIS, extend
from schemas.commitments import Disclosure, commitment
from schemas.decode import decode_event
from schemas.events import Proposal
from schemas.model import Commitment, Reporter
from schemas.problems import (
    ChainMismatch,
    CountMismatch,
    InvalidInput,
    LedgerCorrupt,
    NoLedgerHere,
    RuleBroken,
)
from tests.unit.ledger.desk import (
    CUSTOMER,
    ENGINEER,
    INCIDENT,
    NOW,
    SYSTEM,
    event_id,
    minutes,
    opened,
    registered,
    says,
)

POLICY = (Path(projections.__file__).parent / "policies" / "tron-asoc.toml").read_bytes()
ADOPTED = {"version": "1", "sha256": sha256(POLICY).hexdigest()}
CALENDAR = {
    "jurisdiction": "RU",
    "holidays": [],
    "days_off": [],
    "working_weekends": [],
    "shortened": [],
    "non_working_days": [],
    "source": "decree",
}


class Standing:
    """A clock that stands where a test puts it."""

    def __init__(self, instant: datetime = NOW) -> None:
        self.instant = instant

    def now(self) -> datetime:
        return self.instant


def make(path: Path, clock: Standing | None = None) -> Ledger:
    machine = Machine(clock or Standing(), event_id, lambda pointer: sha256(pointer.encode()).digest())
    return Ledger.create(f"sqlite:///{path}", provider="АО «Провайдер»", ledger_id=str(uuid4()), machine=machine)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with make(tmp_path / "ledger.db") as ledger:
        yield ledger


def reply(**changes: object) -> Proposal:
    proposal = says(CUSTOMER, "incident.customer-replied", {"channel": "email", "summary": "thanks"})
    return proposal.model_copy(update=changes)


def adopted() -> Proposal:
    return says(SYSTEM, "policy.adopted", ADOPTED, subject="tron-asoc")


def published(year: int, at: datetime) -> Proposal:
    data = {**CALENDAR, "year": year}
    return says(SYSTEM, "calendar.published", data, subject=f"RU-{year}", at=at)


def test_an_append_tells_where_each_event_lies_and_its_hash(ledger: Ledger) -> None:
    first, second, third = ledger.append([registered(), registered(subject="C-002"), opened()])
    assert [one.position for one in (first, second, third)] == [1, 2, 3]
    assert [(one.log, one.index) for one in (first, second, third)] == [
        ("C-001", 0),
        ("C-002", 0),
        ("C-001", 1),
    ]
    assert third.sha256 == sha256(third.state).hexdigest()
    (row,) = ledger.rows(after=2)
    assert row.state == third.state
    assert not third.again


def test_an_event_without_an_id_is_given_one(ledger: Ledger) -> None:
    (recorded,) = ledger.append([registered().model_copy(update={"id": None})])
    assert ledger.find(recorded.event.id) is not None


def test_an_event_sent_again_is_answered_as_the_first_time(ledger: Ledger) -> None:
    ledger.append([registered(), opened()])
    proposal = reply()
    (first,) = ledger.append([proposal])
    again, new = ledger.append([proposal, reply()])
    assert again.again
    assert (again.position, again.state) == (first.position, first.state)
    assert new.position == first.position + 1


def test_what_is_stored_commits_to_people_and_texts_and_the_values_lie_beside(
    ledger: Ledger,
) -> None:
    ledger.append([registered()])
    (recorded,) = ledger.append([opened()])
    assert b"Ivanova" not in recorded.state
    assert b"does not answer" not in recorded.state
    assert isinstance(recorded.event.actor.id, Commitment)
    assert ledger.values(recorded.event.id) == {
        "/actor/id": "ivanova@example.org",
        "/data/reporter": {"name": "Ivanova", "organisation": "Romashka"},
        "/data/title": "The server does not answer",
    }
    (row,) = ledger.rows(after=1)
    revealed = ledger.record.revealed(row)
    assert revealed.actor == CUSTOMER
    assert revealed.data == opened().data


def test_an_event_that_is_not_there_has_no_values(ledger: Ledger) -> None:
    assert ledger.values(event_id()) == {}


def test_erasing_deletes_values_and_salts_and_leaves_the_bytes(ledger: Ledger, tmp_path: Path) -> None:
    ledger.append([registered()])
    (recorded,) = ledger.append([opened(title="Call me: +7 900 123-45-67")])
    fields = ["/data/title", "/actor/id"]
    erasure = {"events": [recorded.event.id], "fields": fields, "basis": "request"}
    ledger.append([says(SYSTEM, "incident.values-erased", erasure)])
    assert list(ledger.values(recorded.event.id)) == ["/data/reporter"]
    (row, _) = ledger.rows(after=1)
    assert row.state == recorded.state
    revealed = ledger.record.revealed(row)
    assert isinstance(revealed.actor.id, Commitment)
    assert getattr(revealed.data, "reporter", None) == Reporter(name="Ivanova", organisation="Romashka")
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"123-45-67" not in files
    assert b"Romashka" in files


def test_after_an_erasure_the_rest_of_the_event_still_tells_it_from_another(ledger: Ledger) -> None:
    opening = opened()
    ledger.append([registered(), opening])
    erasure = {"events": [opening.id], "fields": ["/data/title"], "basis": "request"}
    ledger.append([says(SYSTEM, "incident.values-erased", erasure)])
    (again,) = ledger.append([opening])
    assert again.again
    other = opened(channel="phone").model_copy(update={"id": opening.id})
    with pytest.raises(RuleBroken, match="id-reused"):
        ledger.append([other])


def test_a_correction_is_compared_with_the_value_beside_the_event(ledger: Ledger) -> None:
    opening = opened()
    ledger.append([registered(), opening])
    correction = {
        "event": opening.id,
        "field": "title",
        "was": "The server does not answer",
        "now": "The server answers slowly",
        "reason": "misheard",
        "agreed_by_other_party": False,
    }
    wrong = {**correction, "was": "Something else"}
    with pytest.raises(RuleBroken, match="was-differs"):
        ledger.append([says(ENGINEER, "incident.corrected", wrong)])
    ledger.append([says(ENGINEER, "incident.corrected", correction)])
    erasure = {"events": [opening.id], "fields": ["/data/title"], "basis": "request"}
    ledger.append([says(SYSTEM, "incident.values-erased", erasure)])
    ledger.append([says(ENGINEER, "incident.corrected", wrong)])


def test_live_recording_never_goes_back_with_the_clock(tmp_path: Path) -> None:
    clock = Standing()
    with make(tmp_path / "ledger.db", clock) as ledger:
        ledger.append([registered(), opened()])
        clock.instant = NOW - minutes(60)
        (recorded,) = ledger.append([reply(occurred_at=NOW - minutes(60))])
        assert recorded.event.recorded_at == NOW


def test_an_import_keeps_the_claims_and_the_second_run_adds_nothing(ledger: Ledger) -> None:
    earlier = NOW - minutes(60)
    lines = [
        one.model_copy(update={"occurred_at": earlier, "recorded_at": earlier})
        for one in (registered(), opened(), *(reply(id=event_id()) for _ in range(8)))
    ]
    told = list(ledger.import_(lines, batch_size=4))
    assert [(one.added, one.present, one.position) for one in told] == [
        (4, 0, 4),
        (8, 0, 8),
        (10, 0, 10),
    ]
    events = [decode_event(row.state) for row in ledger.rows()]
    assert {(one.recorded_at, one.imported_at) for one in events} == {(earlier, NOW)}
    assert [(one.added, one.present) for one in ledger.import_(lines)] == [(0, 10)]
    assert ledger.head().count == 10


def test_an_import_that_breaks_off_goes_on_when_it_is_begun_again(ledger: Ledger) -> None:
    lines = [registered(), opened(), reply(), opened()]
    with pytest.raises(RuleBroken, match="already-open"):
        list(ledger.import_(lines, batch_size=2))
    assert ledger.head().count == 2
    (told,) = ledger.import_(lines[:3])
    assert (told.added, told.present) == (1, 2)


def test_a_check_decides_as_the_import_would_and_writes_nothing(ledger: Ledger) -> None:
    ledger.append([registered()])
    unit = ledger.unit_to_check()
    unit.take(opened())
    with pytest.raises(RuleBroken, match="already-open"):
        unit.take(opened())
    assert ledger.head().count == 1


def test_a_policy_is_adopted_with_its_text_which_is_kept_by_its_hash(ledger: Ledger) -> None:
    with pytest.raises(RuleBroken, match="policy-text-missing"):
        ledger.append([adopted()])
    ledger.append([adopted()], policy_texts=[POLICY, POLICY + b"# nobody adopts this"])
    assert ledger.policy_hashes() == [ADOPTED["sha256"]]
    assert ledger.policy_text(ADOPTED["sha256"]) == POLICY
    assert ledger.policy_text("0" * 64) is None
    with pytest.raises(RuleBroken, match="unknown-level"):
        ledger.append([registered(level="gold")])


def test_what_is_shipped_is_recorded_as_of_its_publication(ledger: Ledger) -> None:
    at = [NOW - minutes(60), NOW - minutes(30)]
    recorded = ledger.import_shipped([published(2023, at[0]), published(2024, at[1])])
    assert [one.event.recorded_at for one in recorded] == at
    assert [one.event.imported_at for one in recorded] == [NOW, NOW]


def test_or_now_where_the_providers_log_has_gone_past_that(ledger: Ledger) -> None:
    early, middle, late = (NOW - minutes(number) for number in (90, 60, 30))
    ledger.import_shipped([published(2023, middle)])
    shipped = [published(2022, early), published(2024, late)]
    recorded = ledger.import_shipped(shipped)
    assert [one.event.recorded_at for one in recorded] == [NOW, NOW]
    assert [one.event.occurred_at for one in recorded] == [early, late]
    assert [one.again for one in ledger.import_shipped(shipped)] == [True, True]


def export(ledger: Ledger) -> list[bytes]:
    return [row.state for row in ledger.rows()]


def filled(ledger: Ledger) -> Ledger:
    ledger.append([adopted()], policy_texts=[POLICY])
    ledger.append([registered(), opened(), reply()])
    return ledger


def restored(source: Ledger, path: Path, lines: list[bytes], **given: object) -> Ledger:
    about: dict[str, object] = {
        "provider": source.identity.provider,
        "ledger_id": source.identity.ledger_id,
        "count": source.head().count,
        "chain": source.head().chain,
        **given,
    }
    return Ledger.restore(f"sqlite:///{path}", lines, **about)  # type: ignore[arg-type]


def kept_values(source: Ledger) -> dict[str, list[Disclosure]]:
    values: dict[str, list[Disclosure]] = {}
    ids = {row.position: decode_event(row.state).id for row in source.rows()}
    for position, disclosure in source.disclosures(1, source.head().count):
        values.setdefault(ids[position], []).append(disclosure)
    return values


def test_a_restored_ledger_is_the_same_ledger(ledger: Ledger, tmp_path: Path) -> None:
    source = filled(ledger)
    values = kept_values(source)
    with restored(
        source,
        tmp_path / "other.db",
        export(source),
        values=lambda id_: values.get(id_, ()),
        policy_texts=[POLICY],
    ) as other:
        assert other.identity == source.identity
        assert other.head() == source.head()
        assert list(other.rows()) == list(source.rows())
        assert kept_values(other) == values
        assert other.policy_text(ADOPTED["sha256"]) == POLICY
        other.append([reply(id=event_id())])


def test_without_the_values_they_are_absent_as_if_erased(ledger: Ledger, tmp_path: Path) -> None:
    source = filled(ledger)
    with restored(source, tmp_path / "other.db", export(source)) as other:
        assert kept_values(other) == {}
        assert isinstance(other.record.state(INCIDENT), Incident)


def test_a_field_that_a_newer_version_wrote_is_kept(ledger: Ledger, tmp_path: Path) -> None:
    source = filled(ledger)
    lines = export(source)
    lines[-1] = lines[-1].replace(b'"data":', b'"colour":"red","data":')
    chain = GENESIS
    for line in lines:
        chain = extend(chain, line)
    with restored(source, tmp_path / "other.db", lines, chain=chain) as other:
        assert export(other) == lines
        assert other.append([reply(id=event_id())])[0].event.version == 3


def test_a_value_that_only_a_newer_version_knows_is_checked_and_kept(ledger: Ledger, tmp_path: Path) -> None:
    source = filled(ledger)
    lines, values, salt = export(source), kept_values(source), bytes(32)
    mood = b'"mood":{"hmac_sha256":"%s"},' % commitment("glad", salt).encode()
    lines[-1] = lines[-1].replace(b'"summary":', mood + b'"summary":')
    chain = GENESIS
    for line in lines:
        chain = extend(chain, line)
    event = decode_event(lines[-1])
    told = values[event.id]
    values[event.id] = [*told, Disclosure("/data/mood", salt, "sad")]
    with pytest.raises(InvalidInput, match="do not fit"):
        restored(source, tmp_path / "sad.db", lines, chain=chain, values=lambda id_: values.get(id_, ()))
    values[event.id] = [told[0], Disclosure("/data/mood", salt, "glad"), *told[1:]]
    with restored(source, tmp_path / "glad.db", lines, chain=chain, values=lambda id_: values.get(id_, ())) as other:
        assert kept_values(other) == values
        (row,) = other.rows(after=3)
        assert other.record.revealed(row).data == reply().data


def test_a_ledger_that_is_not_what_its_manifest_says_is_not_there(ledger: Ledger, tmp_path: Path) -> None:
    source = filled(ledger)
    lines = export(source)
    forged = lines[-1].replace(b'"email"', b'"phone"')
    other_value = {decode_event(lines[-1]).id: [Disclosure("/data/summary", bytes(32), "other")]}
    cases: list[tuple[list[bytes], type[Exception], dict[str, object]]] = [
        (lines[:-1], CountMismatch, {}),
        ([*lines[:-1], forged], ChainMismatch, {}),
        ([*lines[:-1], lines[-1] + b" "], InvalidInput, {}),
        (lines, InvalidInput, {"values": lambda id_: other_value.get(id_, ())}),
        ([lines[0], lines[2], lines[1], lines[3]], ChainMismatch, {}),
        ([*lines[:2], lines[3], lines[2]], RuleBroken, {}),
        ([*lines, lines[-1]], RuleBroken, {}),
    ]
    for wrong, problem, given in cases:
        path = tmp_path / "other.db"
        with pytest.raises(problem):
            restored(source, path, wrong, **given)
        with pytest.raises(NoLedgerHere):
            Ledger.open(f"sqlite:///{path}")


def test_a_value_that_was_exchanged_beside_the_event_shows(ledger: Ledger) -> None:
    filled(ledger)
    database = ledger.recorder._db  # type: ignore[attr-defined]
    with database.writing() as connection:
        connection.execute("UPDATE disclosures SET value = '\"x\"' WHERE pointer = '/data/title'")
    (row,) = ledger.rows(after=2, until=3)
    with pytest.raises(LedgerCorrupt, match="not the one it commits to"):
        ledger.record.revealed(row)


def test_a_column_that_was_changed_beside_the_bytes_shows(ledger: Ledger) -> None:
    filled(ledger)
    database = ledger.recorder._db  # type: ignore[attr-defined]
    with database.writing() as connection:
        connection.execute("DROP TRIGGER events_are_never_changed")
        connection.execute("UPDATE events SET subject = 'INC-2024-000018' WHERE position = 3")
    with pytest.raises(LedgerCorrupt, match="its own subject"):
        ledger.record.state("INC-2024-000018")
