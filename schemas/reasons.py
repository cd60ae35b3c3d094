"""Why a line is refused for its form, one reason a code (EVENTS.md, canonical form)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from schemas.refusal import Refusal

__all__ = ["REASONS"]

REASONS: Final[Mapping[str, Refusal]] = MappingProxyType(
    {
        "too-long": Refusal(
            "the line is longer than 64 KiB ({bytes} bytes)",
            "Shorten its texts; attach documents by hash with incident.evidence-attached.v1.",
        ),
        "bad-encoding": Refusal(
            "the line is not UTF-8 (byte {at})",
            "Save the file as UTF-8.",
        ),
        "byte-order-mark": Refusal(
            "the line starts with a byte order mark",
            "Save the file as UTF-8 without a byte order mark.",
        ),
        "blank-line": Refusal(
            "the line is blank",
            "Remove it: each line holds one JSON object, the last one too.",
        ),
        "empty-body": Refusal(
            "the body is empty",
            "Send the event as one JSON object, or several as an array where the path takes a batch.",
        ),
        "not-json": Refusal(
            "the line is not JSON: {why}",
            "Write one complete JSON object on each line.",
        ),
        "not-an-object": Refusal(
            "the line is JSON, but not an object",
            "Write one JSON object on each line.",
        ),
        "not-an-array": Refusal(
            "the body is JSON, but not an array",
            "Send an array of events; one event alone is an array of one.",
        ),
        "too-deep": Refusal(
            "arrays and objects are nested too deeply",
            "No event has more than four levels.",
        ),
        "duplicate-key": Refusal(
            "the key {key} stands twice in one object",
            "Keep one of the two.",
        ),
        "null": Refusal(
            "null is not a value",
            "Leave out a field that has no value.",
        ),
        "not-an-integer": Refusal(
            "{found} is not an integer",
            "Write numbers as integers, without a point or an exponent; NaN and infinity are none.",
        ),
        "integer-out-of-range": Refusal(
            "{found} is beyond 2^53-1",
            "JSON libraries read larger integers differently; no field needs one.",
        ),
        "lone-surrogate": Refusal(
            "the text holds half of a surrogate pair",
            "Write the whole character; what was cut in the middle of one cannot be restored.",
        ),
        "nul-character": Refusal(
            "the text holds the character NUL",
            "Remove it.",
        ),
        "unassigned-character": Refusal(
            "the text holds {code_point}, which Unicode 14.0 does not assign",
            "Remove or replace the character.",
        ),
        "unknown-field": Refusal(
            "there is no such field here",
            "Remove the field or correct its name; docs/event.md lists those of each type.",
        ),
        "missing-field": Refusal(
            "the field is required",
            "Add the field.",
        ),
        "unknown-type": Refusal(
            "{type} is not a type of event",
            "Correct the type; all of them are listed in docs/event.md.",
        ),
        "wrong-path": Refusal(
            "{type} is not recorded at this path",
            "Send it to {path}.",
        ),
        "disagrees": Refusal(
            "it says something else than {other}",
            "Say it once, or the same in both places.",
        ),
        "bad-header": Refusal(
            "the header {header} {why}",
            "Correct the header; docs/api.md says what each holds.",
        ),
        "wrong-type": Refusal(
            "{why}",
            "Give the value the JSON type that the field has; nothing is converted.",
        ),
        "bad-value": Refusal(
            "{why}",
            "Correct the value.",
        ),
        "bad-instant": Refusal(
            "{why}",
            "Write an instant as 2024-04-26T17:30:00+03:00 or 2024-04-26T14:30:00.000000Z.",
        ),
        "bad-date": Refusal(
            "{why}",
            "Write a date as 2024-04-26.",
        ),
        "bad-duration": Refusal(
            "{why}",
            "Write a duration as PnDTnHnMnS, for example PT30M.",
        ),
        "not-correctable": Refusal(
            "{field} is not a field that can be corrected",
            "Correctable are: {known}.",
        ),
        "reserved-id": Refusal(
            "{id} is reserved: {why}",
            "Choose another id.",
        ),
        "commitment": Refusal(
            "a commitment stands where the interchange form has a value",
            "The line is in the canonical form: take it back with `restore`, not with `import`.",
        ),
        "bare-value": Refusal(
            "a personal value stands where the canonical form has a commitment",
            "The line is in the interchange form: take it in with `import`, not with `restore`.",
        ),
        "commitment-differs": Refusal(
            "the value and its salt do not fit the commitment in the event",
            "Give the values file that was exported together with these events.",
        ),
        "misplaced-commitment": Refusal(
            "a commitment stands where the value is always in clear",
            "Only a customer's id is committed to; staff ids are no names.",
        ),
        "nothing-committed": Refusal(
            "the event has no commitment here",
            "Give the values file that was exported together with these events.",
        ),
        "canonical-form": Refusal(
            "the line is in the canonical form: {field} is set by the ledger",
            "Take an export back with `restore`, not with `import`.",
        ),
        "not-canonical": Refusal(
            "the line is not spelled as the canonical form spells it",
            "Restore the export as it was written, byte for byte.",
        ),
        "bad-key": Refusal(
            "the key {key} is not of the form [a-z][a-z0-9_]*",
            "Correct the key.",
        ),
        "not-normalised": Refusal(
            "the text is not in Unicode normalisation form C",
            "Normalise it first; the decoder does so with what comes in.",
        ),
        "not-a-value": Refusal(
            "{found} cannot be written in the canonical form",
            "Only objects, arrays, strings, integers and booleans can.",
        ),
    }
)
