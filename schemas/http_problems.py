"""The problems that only a request over HTTP can meet: who asks, for what, under which key, in which state.

LedgerError
├── Refused
│   ├── Unauthenticated, Forbidden     who asks, and what he may
│   ├── UnknownResource, UnknownEvent  what is not there, or not for him
│   ├── Idempotency…, Version…         the request's key, and the state it was made for
│   └── …                              methods, media types and sizes
└── LedgerState
    └── Overloaded, Stopping, IssuerAway, AccessUnrecorded   come back later
"""

from schemas.problem import ExitCode, LedgerState, Refused

__all__ = [
    "AccessUnrecorded",
    "BatchTooLong",
    "BodyTooLong",
    "CursorUnusable",
    "Forbidden",
    "HistoryTooLong",
    "IdempotencyKeyMissing",
    "IdempotencyKeyReused",
    "InstantAhead",
    "IssuerAway",
    "MethodNotAllowed",
    "NotAcceptable",
    "Overloaded",
    "ParameterUnusable",
    "PositionAhead",
    "Stopping",
    "Unauthenticated",
    "UnknownEvent",
    "UnknownKey",
    "UnknownResource",
    "UnsupportedMediaType",
    "VersionDiffers",
    "VersionRequired",
]


class Unauthenticated(
    Refused,
    status=401,
    exit_code=ExitCode.BAD_INPUT,
    title="It is not known who asks",
    remedy="Send `Authorization: Bearer KEY` with a key that is valid; `sla-ledger keys create` makes one.",
):
    """The request has no valid credential: {reason}."""


class IssuerAway(
    LedgerState,
    status=503,
    exit_code=ExitCode.LEDGER_STATE,
    title="The identity provider cannot be asked",
    remedy="Send it again in a moment, or use a key of the ledger's own.",
):
    """The keys that tokens are verified with could not be fetched from the identity provider."""


class Forbidden(
    Refused,
    status=403,
    exit_code=ExitCode.BAD_INPUT,
    title="The role does not allow it",
    remedy="Ask with a credential whose role allows it; docs/roles.md lists what each role may.",
):
    """The role {role} does not allow it: {reason}."""


class UnknownResource(
    Refused,
    status=404,
    exit_code=ExitCode.BAD_INPUT,
    title="There is nothing here",
    remedy="Check the path; /v1/openapi.json lists all of them.",
):
    """There is nothing at this path."""


class UnknownEvent(
    Refused,
    status=404,
    exit_code=ExitCode.BAD_INPUT,
    title="There is no such event",
    remedy="Check the event's id.",
):
    """There is no event of this id."""


class UnknownKey(
    Refused,
    status=404,
    exit_code=ExitCode.BAD_INPUT,
    title="There is no such key",
    remedy="Check the prefix; `sla-ledger keys list` shows them.",
):
    """There is no key with the prefix {prefix}."""


class MethodNotAllowed(
    Refused,
    status=405,
    exit_code=ExitCode.BAD_INPUT,
    title="The path does not take this method",
    remedy="Use one of: {allowed}.",
):
    """The path takes {allowed}."""


class NotAcceptable(
    Refused,
    status=406,
    exit_code=ExitCode.BAD_INPUT,
    title="None of the media types asked for is served here",
    remedy="Ask for one of: {allowed}.",
):
    """The path serves {allowed}."""


class UnsupportedMediaType(
    Refused,
    status=415,
    exit_code=ExitCode.BAD_INPUT,
    title="The media type of the body is not taken",
    remedy="Send the body, in UTF-8, as one of: {allowed}.",
):
    """The path takes {allowed}."""


class BodyTooLong(
    Refused,
    status=413,
    exit_code=ExitCode.BAD_INPUT,
    title="The body is too long",
    remedy="Send less in one request; documents are attached by hash with incident.evidence-attached.v1.",
):
    """The body is longer than {limit} bytes."""


class BatchTooLong(
    Refused,
    status=413,
    exit_code=ExitCode.BAD_INPUT,
    title="The batch is too long",
    remedy="Send at most {limit} events at a time.",
):
    """The batch has more than {limit} events."""


class HistoryTooLong(
    Refused,
    status=413,
    exit_code=ExitCode.BAD_INPUT,
    title="The answer would be too long",
    remedy="Ask for less: narrow the filter, or read page by page.",
):
    """The answer would cover more than {limit} of {what}."""


class IdempotencyKeyMissing(
    Refused,
    status=400,
    exit_code=ExitCode.BAD_INPUT,
    title="The request has no idempotency key",
    remedy="Send an Idempotency-Key of 1-255 printable ASCII characters; a retry keeps its key.",
):
    """The header Idempotency-Key is missing or is not of its form."""


class IdempotencyKeyReused(
    Refused,
    status=422,
    exit_code=ExitCode.BAD_INPUT,
    title="The idempotency key belongs to another request",
    remedy="Send another request under a key of its own; only a retry has the same key, and the same content.",
):
    """Another request was accepted under this idempotency key."""


class VersionDiffers(
    Refused,
    status=412,
    exit_code=ExitCode.BAD_INPUT,
    title="The state has changed",
    remedy="Read it again, decide anew, and send the version that was read in If-Match.",
):
    """The subject is at version {version}, not at the one that If-Match names."""


class VersionRequired(
    Refused,
    status=428,
    exit_code=ExitCode.BAD_INPUT,
    title="The version that was read is required",
    remedy='Read the incident and send its ETag in If-Match, in a batch as `if_match`: "v3".',
):
    """This type of event is not taken without If-Match."""


class InstantAhead(
    Refused,
    status=422,
    exit_code=ExitCode.BAD_INPUT,
    title="The instant is in the future",
    remedy="Ask for an instant up to now; what will be recorded until a later one is not known.",
):
    """The ledger's clock has not come to the instant asked for; it says {now}."""


class PositionAhead(
    Refused,
    status=422,
    exit_code=ExitCode.BAD_INPUT,
    title="The ledger has not come to this position",
    remedy="Ask for a position up to {position}.",
):
    """The ledger's last position is {position}."""


class ParameterUnusable(
    Refused,
    status=422,
    exit_code=ExitCode.BAD_INPUT,
    title="A query parameter cannot be used",
    remedy="Give {allowed}.",
):
    """The query parameter that the pointer names is unknown here, is given twice, or has a value that is not taken."""


class CursorUnusable(
    Refused,
    status=422,
    exit_code=ExitCode.BAD_INPUT,
    title="The cursor cannot be used",
    remedy="Send the last cursor that was given for this very list, or none to begin anew.",
):
    """The cursor is not one that was given here."""


class Overloaded(
    LedgerState,
    status=503,
    exit_code=ExitCode.LEDGER_STATE,
    title="Too many requests are in flight",
    remedy="Wait as long as Retry-After says, then send it again, a write under the same idempotency key.",
):
    """More requests are in flight than are taken at a time."""


class Stopping(
    LedgerState,
    status=503,
    exit_code=ExitCode.LEDGER_STATE,
    title="The server is stopping",
    remedy="Send it again in a moment, a write under the same idempotency key.",
):
    """The server finishes what it has begun and takes nothing new."""


class AccessUnrecorded(
    LedgerState,
    status=507,
    exit_code=ExitCode.LEDGER_STATE,
    title="The reading could not be written down",
    remedy="Make room for the access log, then ask again; what is not confidential is read on without it.",
):
    """Values and whole histories are read by nobody whose reading cannot be kept in the access log."""
