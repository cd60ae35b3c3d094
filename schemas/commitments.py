"""Commitments: how an event says that a text was there without saying the text (EVENTS.md).

The event carries HMAC-SHA-256 under a random 32-byte salt of the value's own; value and salt are
kept beside it. Whoever has only the bytes cannot try out phone numbers, for he lacks the salt;
whoever has value and salt can prove them; when both are deleted every hash and proof still holds.
An attacker who can read the store beside the events reads the values, and the commitments add
nothing; one who can write there cannot put another value in, for it does not fit its commitment.
"""

import hmac
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from schemas.canonical import value_bytes
from schemas.personal import is_commitment, personal_pointers, personal_values
from schemas.pointer import resolve, split
from schemas.problems import InvalidInput

__all__ = [
    "SALT_BYTES",
    "Disclosure",
    "Sealed",
    "commitment",
    "personal_pointers",
    "personal_values",
    "reveal",
    "seal",
    "withhold",
]

SALT_BYTES: Final = 32

_WITHHELD: Final = {"hmac_sha256": "0" * 64}


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What opens one commitment: the place in the event, the salt, and the value itself."""

    pointer: str
    salt: bytes
    value: Any


@dataclass(frozen=True, slots=True)
class Sealed:
    """An event as it may be published, with what has to be kept apart from it."""

    wire: dict[str, Any]
    disclosures: tuple[Disclosure, ...]


def commitment(value: Any, salt: bytes) -> str:
    """The commitment to a value as 64 hex digits; raises InvalidInput where it has no bytes."""
    assert len(salt) == SALT_BYTES, "a salt is 32 bytes"
    return hmac.new(salt, value_bytes(value), "sha256").hexdigest()


def seal(wire: dict[str, Any], new_salt: Callable[[str], bytes]) -> Sealed:
    """Replace each personal value by the commitment to it, under the salt made for its pointer.

    What is a commitment already stays. `wire` itself is not changed.
    """
    sealed = wire
    disclosures: list[Disclosure] = []
    for pointer, value in personal_values(wire).items():
        salt = new_salt(pointer)
        sealed = _with(sealed, split(pointer), {"hmac_sha256": commitment(value, salt)})
        disclosures.append(Disclosure(pointer, salt, value))
    return Sealed(sealed, tuple(disclosures))


def reveal(wire: dict[str, Any], disclosures: Iterable[Disclosure]) -> dict[str, Any]:
    """Put disclosed values in the place of their commitments; what is not disclosed stays.

    A commitment may stand in a field that only a newer version knows. Raises InvalidInput where a
    value does not fit its commitment or there is none to open. `wire` itself is not changed.
    """
    revealed: dict[str, Any] = _copy(wire)
    for disclosure in disclosures:
        pointer = disclosure.pointer
        stands = _standing(wire, pointer)
        if not is_commitment(stands):
            raise InvalidInput(reason="nothing-committed", pointer=pointer)
        if stands != {"hmac_sha256": commitment(disclosure.value, disclosure.salt)}:
            raise InvalidInput(reason="commitment-differs", pointer=pointer)
        _put(revealed, pointer, disclosure.value)
    return revealed


def withhold(wire: dict[str, Any], pointers: Iterable[str]) -> dict[str, Any]:
    """Put commitments that nobody can open in the place of the personal values at the pointers.

    Pointers to what this event does not have are passed over. `wire` itself is not changed.
    """
    withheld: dict[str, Any] = _copy(wire)
    places = personal_pointers(wire)
    for pointer in pointers:
        if pointer in places:
            _put(withheld, pointer, _WITHHELD)
    return withheld


def _standing(wire: dict[str, Any], pointer: str) -> Any:
    try:
        return resolve(wire, pointer)
    except (LookupError, ValueError):
        return None


def _with(place: Any, path: Sequence[str], value: Any) -> Any:
    """The same with another value at the end of a path; what does not lie on it is shared."""
    if not path:
        return value
    step = path[0]
    if isinstance(place, dict):
        return {**place, step: _with(place[step], path[1:], value)}
    number = int(step)
    return [*place[:number], _with(place[number], path[1:], value), *place[number + 1 :]]


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_copy(element) for element in value]
    return value


def _put(wire: dict[str, Any], pointer: str, value: Any) -> None:
    *path, last = split(pointer)
    place: Any = wire
    for step in path:
        place = place[int(step)] if isinstance(place, list) else place[step]
    if isinstance(place, list):
        place[int(last)] = value
    else:
        place[last] = value
