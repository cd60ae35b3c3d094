"""The rules of the life cycle by name, with what is said when one is broken (EVENTS.md).

A rule refuses only what cannot be true; breaking the contract is a fact to record, never a reason
to refuse.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from schemas.refusal import Refusal

__all__ = ["RULES"]

RULES: Final[Mapping[str, Refusal]] = MappingProxyType(
    {
        "unknown-incident": Refusal(
            "{subject} was never opened",
            "Open the incident first, or correct its number.",
        ),
        "already-open": Refusal(
            "{subject} was opened before",
            "An incident is opened once: use the next free number, or reopen this one.",
        ),
        "incident-closed": Refusal(
            "{subject} was closed by {closed_by} and does not take {type}",
            "Reopen it first; a closed incident takes reopened, corrected, correction-agreed, "
            "disputed, dispute-ruled, evidence-attached and values-erased.",
        ),
        "no-open-session": Refusal(
            "{engineer} has no open session of work on {subject}",
            "Record work-started of the same engineer first, or correct the engineer's id.",
        ),
        "unknown-request": Refusal(
            "{request} does not ask for a change of the priority of {subject}",
            "Name the reprioritized event that is agreed to.",
        ),
        "own-request": Refusal(
            "the {by} made the request {request} and cannot be the one who agrees to it",
            "Agreement is the other party's: correct `by`, or name another request.",
        ),
        "unknown-event": Refusal(
            "{event} is not an event of {subject}",
            "Name an event that was recorded earlier for the same subject.",
        ),
        "corrects-a-correction": Refusal(
            "{event} is itself a correction",
            "Correct the event that it corrects once more; the last that counts wins.",
        ),
        "no-such-field": Refusal(
            "{event} is of the type {of} and has no correctable {field}",
            "Name a field that the event carries.",
        ),
        "was-differs": Refusal(
            "{event} does not say what `was` claims of {field}",
            "Give the value in the event itself, whatever was corrected before.",
        ),
        "corrected-into-the-future": Refusal(
            "{now} is more than five minutes after the corrected event's record at {recorded_at}",
            "Correct `now`: nothing occurs after it was recorded.",
        ),
        "unknown-correction": Refusal(
            "{request} is not a correction of {subject}",
            "Name the corrected event that is agreed to.",
        ),
        "own-correction": Refusal(
            "the {by} made the correction {request} and cannot be the one who agrees to it",
            "Agreement is the other party's: correct `by`, or name another correction.",
        ),
        "evidence-needed": Refusal(
            "it speaks for the {party} and names no evidence",
            "Attach the other party's word with evidence-attached; name that event in `evidence`.",
        ),
        "unknown-evidence": Refusal(
            "{evidence} is not an evidence-attached event of {subject}",
            "Name the event by which the evidence was attached to the same incident.",
        ),
        "no-such-value": Refusal(
            "none of the events named has a personal value at {field}",
            "Name a place under which a value was committed to.",
        ),
        "unknown-contract": Refusal(
            "the contract {contract} is not registered",
            "Register the contract first, or correct its id.",
        ),
        "already-registered": Refusal(
            "{subject} is registered already",
            "Record what changed, for example with level-changed or licence-renewed.",
        ),
        "unknown-level": Refusal(
            "{level} is not a level of the policy {policy}",
            "The levels are: {levels}.",
        ),
        "document-needed": Refusal(
            "the agreement on {question} names no document",
            "Give the SHA-256 of the signed annex in `document`.",
        ),
        "policy-text-missing": Refusal(
            "the policy file with the SHA-256 {sha256} is not at hand",
            "Give the policy file beside the event; a verdict needs its text.",
        ),
        "calendar-misnamed": Refusal(
            "{subject} does not name the calendar in it, which is {expected}",
            "Write the subject as jurisdiction and year, for example RU-2024.",
        ),
        "subject-taken": Refusal(
            "{subject} is the id of another kind of thing already ({taken_by})",
            "A subject belongs to one kind of thing for ever: choose another id.",
        ),
        "subject-reserved": Refusal(
            "{subject} is the name of the provider's own log",
            "Choose another id.",
        ),
        "number-of-an-incident": Refusal(
            "{subject} has the form of an incident's number",
            "Numbers of the form INC-YYYY-NNNNNN are for incidents alone: choose another id.",
        ),
        "numbers-used-up": Refusal(
            "all numbers of the year {year} were given",
            "A ledger numbers 999,999 incidents a year; found another ledger for the rest.",
        ),
        "wrong-log": Refusal(
            "{subject} belongs to the log {expected}, the line says {found}",
            "Use the export as it was written.",
        ),
        "sequence-broken": Refusal(
            "the next event of {subject} has version {expected}, the line says {found}",
            "Use the whole export, in its own order.",
        ),
        "id-reused": Refusal(
            "the id {id} was used for an event with other content",
            "Give the new event an id of its own; one sent again must be the same in every field.",
        ),
        "actor-may-not": Refusal(
            "the {actor} may not record {type}",
            "It may be recorded by: {allowed}.",
        ),
        "occurs-in-the-future": Refusal(
            "it occurs at {occurred_at}, more than five minutes after its record at {recorded_at}",
            "Correct occurred_at, or record the event once it has happened.",
        ),
        "recorded-out-of-order": Refusal(
            "it is recorded at {recorded_at}, before {last}, which its log {log} already holds",
            "Sort the file by recorded_at; what came later is recorded later.",
        ),
        "recorded-in-the-future": Refusal(
            "it claims to be recorded at {recorded_at}, later than the ledger's own clock {now}",
            "Correct recorded_at, or set the machine's clock.",
        ),
    }
)
