"""A request to record events, and its answer: what an idempotency key stands for.

All events of a request are recorded or none. The answer to an accepted one is stored with them, so that the same
request under the same key gets the same bytes for ever; a refusal is stored nowhere and judged anew.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import orjson

from ledger.recorder import StoredAnswer
from schemas.events import Event, Proposal
from schemas.instants import canonical_instant
from schemas.problems import http_problems

__all__ = ["Answer", "Element", "Placed", "Submission", "replay", "store"]

_REQUEST: Final = "/request"
"""Under this name the machine is asked for the salt of a request's fingerprint."""


@dataclass(frozen=True, slots=True)
class Element:
    """One event that a request asks to record.

    `if_match` is the version that its subject must have when it is decided, after its neighbours; where it is `blind`
    it says none though it has to. With `numbered` the ledger gives the incident its number. `pointer` is where it
    stands in the request, for the errors it meets.
    """

    proposal: Proposal
    if_match: int | None = None
    numbered: bool = False
    pointer: str = ""
    blind: bool = False


@dataclass(frozen=True, slots=True)
class Submission:
    """One request to write.

    `key` is the caller's idempotency key, `request` what the fingerprint is taken of, `via` the credential's public
    name, which goes into the canonical form. Without `positions` the answer does not tell how far the ledger goes.
    """

    elements: tuple[Element, ...]
    caller: str
    key: str
    request: bytes
    via: str
    positions: bool = True
    policy_texts: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What an accepted request is answered: JSON, byte for byte as it is stored.

    `replayed` says that it was stored by an earlier request, `created` that some event was not there before.
    """

    body: bytes
    replayed: bool
    created: bool


@dataclass(frozen=True, slots=True)
class Placed:
    """An event with its position and the bytes it is recorded by."""

    event: Event
    position: int
    state: bytes
    again: bool


def replay(stored: StoredAnswer, submission: Submission) -> Answer:
    """The stored answer. Raises IdempotencyKeyReused where it was given to another request.

    Once a value of the first request was erased nothing is left to tell requests apart by, and the key alone answers.
    """
    if stored.salt is not None and stored.fingerprint is not None:
        found = _fingerprint(stored.salt, submission.request)
        if not hmac.compare_digest(found, stored.fingerprint):
            raise http_problems.IdempotencyKeyReused
    return Answer(stored.body, replayed=True, created=stored.created)


def store(submission: Submission, placed: list[Placed], new_salt: Callable[[str], bytes] | None) -> StoredAnswer:
    """The answer to an accepted request, as it is kept and sent.

    Without a salt the request has no fingerprint: it repeats a value that was erased, which one would give back.
    """
    salt = None if new_salt is None else new_salt(_REQUEST)
    return StoredAnswer(
        caller=submission.caller,
        key=submission.key,
        salt=salt,
        fingerprint=None if salt is None else _fingerprint(salt, submission.request),
        created=not all(one.again for one in placed),
        body=orjson.dumps({"events": [_told(one, submission.positions) for one in placed]}),
        positions=tuple(one.position for one in placed),
    )


def _fingerprint(salt: bytes, request: bytes) -> bytes:
    return hmac.digest(salt, request, sha256)


def _told(placed: Placed, positions: bool) -> dict[str, object]:
    event = placed.event
    position = {"position": placed.position} if positions else {}
    return {
        "id": event.id,
        "subject": event.subject,
        "type": event.type,
        **position,
        "version": event.version,
        "recorded_at": canonical_instant(event.recorded_at),
        "sha256": sha256(placed.state).hexdigest(),
    }
