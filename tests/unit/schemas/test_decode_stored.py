"""The reader of stored events keeps what it does not know and takes no other spelling back."""

import unicodedata
from typing import Any

import pytest

from schemas.canonical import canonical_bytes
from schemas.decode import decode_event, decode_exported, is_canonical, parse_line
from schemas.events import to_wire
from schemas.problems import InvalidInput
from tests.unit.schemas import examples


def altered(name: str, **envelope: Any) -> bytes:
    return canonical_bytes({**examples.stored(name), **envelope})


def test_the_reader_of_stored_events_ignores_fields_it_does_not_know() -> None:
    stored = examples.stored("incident.resolved.v1")
    known = decode_event(canonical_bytes(stored))
    stored["data"]["notification"]["read_at"] = "2032-01-01T00:00:00.000000Z"
    stored["data"]["satisfaction"] = 5
    stored["actor"]["shift"] = "night"
    line = canonical_bytes({**stored, "trace": {"id": "00"}})
    assert decode_event(line) == known
    assert decode_exported(line) == known


def test_a_corrected_notification_may_have_fields_of_a_newer_version() -> None:
    notice = {"channel": "email", "to": "a"}
    name = "incident.corrected.v1"
    stored = examples.stored(name, field="notification", was=notice, now=notice)
    known = decode_event(canonical_bytes(stored))
    stored["data"]["now"]["read"] = True
    assert decode_event(canonical_bytes(stored)) == known


BARE = {
    "the actor": ("incident.opened.v1", ("actor", "id"), "/actor/id"),
    "a title": ("incident.opened.v1", ("data", "title"), "/data/title"),
    "a notification's address": (
        "incident.resolved.v1",
        ("data", "notification", "to"),
        "/data/notification/to",
    ),
    "a contact": ("contract.contact-revoked.v1", ("data", "contact"), "/data/contact"),
}


@pytest.mark.parametrize(("name", "path", "pointer"), BARE.values(), ids=BARE.keys())
def test_a_stored_event_holds_no_bare_value(name: str, path: tuple[str, ...], pointer: str) -> None:
    stored = examples.stored(name)
    place = stored
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = {"name": "Ким"} if path[-1] == "contact" else "Ким"
    with pytest.raises(InvalidInput) as refused:
        decode_event(canonical_bytes(stored))
    assert (refused.value.reason, refused.value.pointer) == ("bare-value", pointer)


def test_a_corrected_text_is_committed_to_on_both_sides() -> None:
    stored = examples.stored("incident.corrected.v1", field="title", was="a", now="b")
    assert to_wire(decode_event(canonical_bytes(stored)))["data"] == stored["data"]
    stored["data"]["now"] = "b"
    with pytest.raises(InvalidInput) as refused:
        decode_event(canonical_bytes(stored))
    assert (refused.value.reason, refused.value.pointer) == ("bare-value", "/data/now")


def test_staff_ids_stand_in_clear() -> None:
    actor = {"kind": "engineer", "id": {"hmac_sha256": examples.SHA256}}
    with pytest.raises(InvalidInput) as refused:
        decode_event(altered("incident.work-started.v1", actor=actor))
    assert refused.value.reason == "misplaced-commitment"


def test_a_stored_text_is_not_composed_but_refused() -> None:
    stored = examples.stored("contract.registered.v1")
    stored["data"]["customer"] = "Клёнъ й"
    decomposed = unicodedata.normalize("NFD", canonical_bytes(stored).decode()).encode()
    with pytest.raises(InvalidInput) as refused:
        decode_event(decomposed)
    assert (refused.value.reason, refused.value.pointer) == ("not-normalised", "/data/customer")


def test_restore_takes_no_other_spelling() -> None:
    line = altered("incident.status-reported.v1")
    for spelled in (
        line + b"\n",
        line.replace(b":", b": ", 1),
        line.replace(b"07:00:00.000000Z", b"07:00:00Z", 1),
        line.replace(b"07:00:00.000000Z", b"10:00:00+03:00", 1),
        line.replace(b"2031-05-06T15:00:00.000000Z", b"2031-05-06T15:00:00.0Z"),
    ):
        assert spelled != line
        with pytest.raises(InvalidInput) as refused:
            decode_exported(spelled)
        assert refused.value.reason == "not-canonical"


def test_the_two_forms_are_told_apart() -> None:
    assert is_canonical(parse_line(altered("incident.opened.v1")))
    assert not is_canonical(parse_line(examples.line("incident.opened.v1")))
