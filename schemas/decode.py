"""The way in: a line of bytes becomes a proposal or a recorded event, or is refused with a reason.

The interchange form is refused whatever two readers could understand differently: duplicate keys,
null, floats, half surrogates, unknown fields. The stored form was checked when it was taken in; its
reader ignores fields it does not know, so that old software reads what newer software wrote.

A line without fault takes the short way here; schemas.faults finds the place and the reason of one.
"""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, Literal

import jiter
import orjson
from pydantic import ValidationError
from pydantic_core import SchemaValidator

from schemas.canonical import LONGEST_BYTES, canonical_bytes
from schemas.events import PROVIDER_LOG, TYPES, Event, Proposal, to_wire
from schemas.faults import (
    check_no_commitment,
    check_no_null,
    check_numbers,
    check_texts,
    compose,
    field_fault,
    line_fault,
)
from schemas.model import IDENTIFIER_PATTERN
from schemas.personal import bare_place, is_commitment
from schemas.pointer import child
from schemas.problems import InvalidInput
from schemas.text import fault_of, shown

__all__ = [
    "decode_command",
    "decode_event",
    "decode_exported",
    "decode_proposal",
    "decode_requested",
    "is_canonical",
    "is_identifier",
    "is_incident_number",
    "parse_line",
    "parse_request",
]


def _validator_of(model: type[Any]) -> SchemaValidator:
    validator = model.__pydantic_validator__
    assert isinstance(validator, SchemaValidator)
    return validator


_DATA: Final[Mapping[str, SchemaValidator]] = MappingProxyType(
    {name: _validator_of(model) for name, model in TYPES.items()}
)
_PROPOSAL: Final = _validator_of(Proposal)
_EVENT: Final = _validator_of(Event)
_STORED: Final = {"extra": "ignore"}

_identifier = re.compile(IDENTIFIER_PATTERN).fullmatch
_incident_number = re.compile(r"INC-[0-9]{4}-[0-9]{6}").fullmatch


def parse_line(line: bytes) -> dict[str, Any]:
    """The JSON object of a line, texts as they are; raises InvalidInput for what JSON lets pass.

    Refused are more than 64 KiB, a byte order mark, other encodings than UTF-8, duplicate keys,
    lone surrogates, NaN, null and what is not an object.
    """
    if len(line) > LONGEST_BYTES and len(line.rstrip(b"\r\n")) > LONGEST_BYTES:
        raise InvalidInput(reason="too-long", bytes=len(line.rstrip(b"\r\n")))
    try:
        wire = jiter.from_json(line, catch_duplicate_keys=True, allow_inf_nan=False)
    except ValueError as error:
        raise line_fault(line, str(error)) from None
    if type(wire) is not dict:
        raise InvalidInput(reason="not-an-object")
    if b"null" in line:
        check_no_null(wire)
    return wire


def parse_request(body: bytes) -> Any:
    """The JSON of a request's body, texts as they are; raises InvalidInput for what JSON lets pass.

    Refused is what `parse_line` refuses, but its length and that it is no object: it may be an array of events.
    """
    if not body.strip():
        raise InvalidInput(reason="empty-body")
    try:
        parsed = jiter.from_json(body, catch_duplicate_keys=True, allow_inf_nan=False)
    except ValueError as error:
        raise line_fault(body, str(error)) from None
    if b"null" in body:
        check_no_null(parsed)
    return parsed


def is_canonical(wire: Mapping[str, Any]) -> bool:
    """Whether a parsed line is in the canonical form: only the ledger sets `log` and `version`."""
    return "log" in wire and "version" in wire


def is_identifier(text: str) -> bool:
    """Whether a text has the form of a subject's id."""
    return _identifier(text) is not None


def is_incident_number(subject: str) -> bool:
    """Whether an id has the form of the numbers that the ledger gives: INC-YYYY-NNNNNN."""
    return _incident_number(subject) is not None


def decode_proposal(line: bytes) -> Proposal:
    """Read a line of the interchange form, as a file that is imported or judged has it.

    Its `id` is required, its `recorded_at` a claim. Raises InvalidInput with the JSON pointer of
    the field and the reason.
    """
    wire = _composed(parse_line(line), line)
    if "id" not in wire:
        raise InvalidInput(reason="missing-field", pointer="/id")
    return _proposal(wire, line)


def decode_command(line: bytes) -> Proposal:
    """Read a command: the interchange form without what the ledger sets, `id` optional.

    Raises InvalidInput with the JSON pointer of the field and the reason.
    """
    wire = _composed(parse_line(line), line)
    if _may_hold_a_commitment(line):
        check_no_commitment(wire)
    return _command(wire)


def decode_requested(wires: Sequence[tuple[str, dict[str, Any]]], body: bytes) -> list[Proposal]:
    """Read the commands of a request, each with the pointer of its place there; `body` is what they were parsed from.

    Raises InvalidInput with the JSON pointer of the field and the reason.
    """
    is_composed = _is_composed(body)
    is_suspect = _may_hold_a_commitment(body)
    proposals = []
    for pointer, given in wires:
        try:
            if len(body) > LONGEST_BYTES:
                _check_length(given)
            wire = given if is_composed else compose(given)
            if is_suspect:
                check_no_commitment(wire)
            proposals.append(_command(wire))
        except InvalidInput as error:
            raise InvalidInput(**{**error.params, "pointer": f"{pointer}{error.pointer or ''}"}) from None
    return proposals


def decode_event(line: bytes) -> Event:
    """Read a stored event (canonical form), ignoring fields this version does not know.

    Raises InvalidInput with JSON pointer and reason; a bare value where a commitment has to be is
    one of them.
    """
    return _event(_parse_stored(line), line)


def decode_exported(line: bytes) -> Event:
    """Read a stored event that comes from outside, as `restore` does: its bytes must be canonical.

    Every known field must also stand in its one spelling. Raises InvalidInput with JSON pointer
    and reason.
    """
    wire = parse_line(line)
    event = _event(dict(wire), line)
    if canonical_bytes(wire) != line:
        raise InvalidInput(reason="not-canonical")
    _check_spelling(to_wire(event), wire, "")
    return event


def _composed(wire: dict[str, Any], line: bytes) -> dict[str, Any]:
    if _is_composed(line):
        return wire
    composed: dict[str, Any] = compose(wire)
    return composed


def _check_length(wire: dict[str, Any]) -> None:
    """Refuse one of many that would be too long as a line of its own."""
    length = len(json.dumps(wire, ensure_ascii=False, separators=(",", ":")).encode())
    if length > LONGEST_BYTES:
        raise InvalidInput(reason="too-long", bytes=length)


def _is_composed(text: bytes) -> bool:
    """Whether every text in this JSON is admitted as it stands."""
    if b"\\u" in text:
        return False
    if text.isascii():
        return True
    decoded = text.decode()
    return fault_of(decoded) is None and unicodedata.is_normalized("NFC", decoded)


def _may_hold_a_commitment(text: bytes) -> bool:
    return b"hmac_sha256" in text or b"\\u00" in text


def _proposal(wire: dict[str, Any], line: bytes) -> Proposal:
    if _may_hold_a_commitment(line):
        check_no_commitment(wire)
    return _checked_proposal(wire)


def _command(wire: dict[str, Any]) -> Proposal:
    if "recorded_at" in wire:
        raise InvalidInput(reason="unknown-field", pointer="/recorded_at")
    return _checked_proposal(wire)


def _checked_proposal(wire: dict[str, Any]) -> Proposal:
    name = _take_type(wire)
    proposal: Proposal = _validated(_PROPOSAL, name, wire, stored=False)
    if not name.startswith("incident."):
        _check_subject(proposal.subject)
    return proposal


def _parse_stored(line: bytes) -> dict[str, Any]:
    """What `parse_line` gives, in half the time for a line that is canonical as a whole.

    A line that is written again to the same bytes has each key once, and no text in two spellings.
    """
    if len(line) <= LONGEST_BYTES and b"null" not in line:
        try:
            wire = orjson.loads(line)
        except ValueError:
            return parse_line(line)
        if type(wire) is dict and orjson.dumps(wire, option=orjson.OPT_SORT_KEYS) == line:
            return wire
    return parse_line(line)


def _event(wire: dict[str, Any], line: bytes) -> Event:
    if not line.isascii() or b"\\u" in line:
        check_texts(wire)
    name = _take_type(wire)
    data = wire.get("data")
    event: Event = _validated(_EVENT, name, wire, stored=True)
    assert isinstance(data, dict), "what was validated is an object"
    _check_commitments(name, wire["actor"], data)
    return event


def _take_type(wire: dict[str, Any]) -> str:
    name = wire.pop("type", None)
    if name is None:
        raise InvalidInput(reason="missing-field", pointer="/type")
    if type(name) is not str:
        raise InvalidInput(reason="wrong-type", pointer="/type", why="it should be a string")
    if name not in TYPES:
        raise InvalidInput(reason="unknown-type", pointer="/type", type=shown(name))
    return name


def _validated(envelope: SchemaValidator, name: str, wire: dict[str, Any], *, stored: bool) -> Any:
    if "data" not in wire:
        raise InvalidInput(reason="missing-field", pointer="/data")
    extra: Literal["ignore", "forbid"] = "ignore" if stored else "forbid"
    context = _STORED if stored else None
    place, base = wire["data"], "/data"
    try:
        data = _DATA[name].validate_python(place, extra=extra, context=context, by_alias=True, by_name=False)
        place, base = wire, ""
        wire["data"] = data
        return envelope.validate_python(wire, extra=extra)
    except ValidationError as error:
        check_numbers(wire)
        raise field_fault(error, place, base, stored=stored) from None


def _check_subject(subject: str) -> None:
    if subject == PROVIDER_LOG:
        raise InvalidInput(reason="reserved-id", pointer="/subject", id=subject, why="it names the provider's log")
    if is_incident_number(subject):
        raise InvalidInput(
            reason="reserved-id",
            pointer="/subject",
            id=subject,
            why="only incidents are numbered so",
        )


def _check_commitments(name: str, actor: dict[str, Any], data: dict[str, Any]) -> None:
    bare = bare_place(name, actor, data)
    if bare is not None:
        raise InvalidInput(reason="bare-value", pointer=bare)
    if actor["kind"] != "customer" and is_commitment(actor["id"]):
        raise InvalidInput(reason="misplaced-commitment", pointer="/actor/id")


def _check_spelling(spelled: Any, given: Any, pointer: str) -> None:
    if isinstance(spelled, dict):
        for key, value in spelled.items():
            _check_spelling(value, given[key], child(pointer, key))
    elif isinstance(spelled, list):
        for index, value in enumerate(spelled):
            _check_spelling(value, given[index], child(pointer, index))
    elif spelled != given:
        raise InvalidInput(reason="not-canonical", pointer=pointer)
