"""The catalogue of everything that can be refused or go wrong, with what to do about each.

A class here is a problem: its docstring is the message (a template over the error's parameters),
its class arguments are HTTP status, exit code, title and remedy. Adding one is writing its class.
The name is the class's in kebab case and never changes; translations are looked up by it.

    LedgerError
    ├── Refused             what came in is not taken, nothing was written
    │   ├── InvalidInput    its form is wrong; `reason` says how (schemas.reasons)
    │   ├── RuleBroken      it cannot be true; `rule` says why (schemas.rules)
    │   └── …               a policy, a mapping, a manifest or an argument that does not fit
    ├── Unjudgeable         there is no verdict: a calendar or the policy's text is missing
    ├── LedgerState         the ledger or its storage stands in the way
    └── InternalError       a fault of this program

Those that only a request over HTTP can meet are in `http_problems`, those of running the product in
`operation_problems`, those of a database in `database_problems`, those of publishing in `relay_problems`, of the same
catalogue.
"""

from typing import Any

from schemas import database_problems, http_problems, operation_problems, relay_problems
from schemas.problem import (
    CATALOGUE,
    ExitCode,
    LedgerError,
    LedgerState,
    Problem,
    Refused,
    TabledRefusal,
    Unjudgeable,
)
from schemas.reasons import REASONS
from schemas.rules import RULES

__all__ = [
    "CATALOGUE",
    "BadArgument",
    "CalendarMissing",
    "CasesUnusable",
    "ChainMismatch",
    "ClockSuspect",
    "CountMismatch",
    "ExitCode",
    "FileUnreadable",
    "ImportDiffers",
    "InternalError",
    "InvalidInput",
    "LedgerCorrupt",
    "LedgerError",
    "LedgerExists",
    "LedgerLocked",
    "LedgerState",
    "LevelMissing",
    "ManifestUnusable",
    "MappingUnusable",
    "NoLedgerHere",
    "NothingToJudge",
    "OutcomeUnknown",
    "PolicyMismatch",
    "PolicyTextMissing",
    "PolicyUnusable",
    "Problem",
    "Refused",
    "RuleBroken",
    "StorageFailed",
    "StorageFull",
    "Unjudgeable",
    "UnknownCalendar",
    "UnknownContract",
    "UnknownIncident",
    "UnknownJurisdiction",
    "UnknownOption",
    "UnknownQuestion",
    "UnsupportedDatabase",
    "UnsupportedStorage",
    "database_problems",
    "http_problems",
    "operation_problems",
    "relay_problems",
]


class InvalidInput(
    TabledRefusal,
    status=422,
    exit_code=ExitCode.BAD_INPUT,
    title="The input is malformed",
    remedy="Correct the input and send it again.",
):
    """The input is malformed: {reason}."""

    table = REASONS

    def __init__(self, *, reason: str, pointer: str | None = None, **params: Any) -> None:
        self.reason = reason
        super().__init__(reason, pointer=pointer, reason=reason, **params)


class RuleBroken(
    TabledRefusal,
    status=409,
    exit_code=ExitCode.BAD_INPUT,
    title="A rule of the life cycle is broken",
    remedy="Nothing was written; see the rule's own remedy.",
):
    """{subject}: the rule {rule} is broken."""

    table = RULES

    def __init__(self, *, rule: str, subject: str, pointer: str | None = None, **params: Any) -> None:
        self.rule = rule
        self.subject = subject
        super().__init__(rule, pointer=pointer, rule=rule, subject=subject, **params)

    @property
    def message(self) -> str:
        """What is wrong, with the name of the rule."""
        return f"{super().message} ({self.rule})"


class BadArgument(
    Refused,
    status=422,
    exit_code=ExitCode.BAD_INPUT,
    title="An argument cannot be used",
    remedy="See the examples of the command's --help.",
):
    """{argument}: {reason}."""


class CasesUnusable(
    Refused,
    status=422,
    exit_code=ExitCode.BAD_INPUT,
    title="A file of cases cannot be used",
    remedy='Give a JSON object with the list "vectors"; docs/calendar.md shows the form.',
):
    """{path} is no file of cases: {reason}."""


class FileUnreadable(
    Refused,
    status=422,
    exit_code=ExitCode.BAD_INPUT,
    title="A file cannot be read",
    remedy="Check the path and its permissions.",
):
    """{path} cannot be read: {reason}."""


class UnknownIncident(
    Refused,
    status=404,
    exit_code=ExitCode.BAD_INPUT,
    title="There is no such incident",
    remedy="Check the number; an incident opened after the instant asked for has no verdict there.",
):
    """There is no incident {incident}."""


class UnknownContract(
    Refused,
    status=404,
    exit_code=ExitCode.BAD_INPUT,
    title="There is no such contract",
    remedy="Check the contract's id; `report` without --contract covers all of them.",
):
    """There is no contract {contract}."""


class UnknownQuestion(
    Refused,
    status=422,
    exit_code=ExitCode.BAD_INPUT,
    title="There is no such question",
    remedy="The questions are: {known}.",
):
    """{question} is not a question that the contract leaves open."""


class UnknownOption(
    Refused,
    status=422,
    exit_code=ExitCode.BAD_INPUT,
    title="There is no such option",
    remedy="The options of {question} are: {known}.",
):
    """{option} is not an option of {question}."""


class UnknownCalendar(
    Refused,
    status=404,
    exit_code=ExitCode.BAD_INPUT,
    title="No calendar of this year is shipped",
    remedy="Those shipped are: {known}. Others are recorded with calendar.published events.",
):
    """The calendar {calendar} is not shipped."""


class UnknownJurisdiction(
    Refused,
    status=422,
    exit_code=ExitCode.BAD_INPUT,
    title="No calendars of this jurisdiction are shipped",
    remedy="Those shipped are: {known}. Others are recorded with calendar.published events.",
):
    """No calendars are shipped for {jurisdiction}."""


class PolicyUnusable(
    Refused,
    status=422,
    exit_code=ExitCode.BAD_INPUT,
    title="The policy file cannot be used",
    remedy="Correct the entry named; the shipped tron-asoc.toml shows the form.",
):
    """The policy file cannot be used: {entry}: {reason}."""


class MappingUnusable(
    Refused,
    status=422,
    exit_code=ExitCode.BAD_INPUT,
    title="The mapping cannot be used",
    remedy="Correct the entry named; the shipped servicenow.toml shows the form.",
):
    """The mapping {mapping} cannot be used: {entry}: {reason}."""


class ManifestUnusable(
    Refused,
    status=422,
    exit_code=ExitCode.BAD_INPUT,
    title="The manifest cannot be used",
    remedy="Restore needs the manifest that export wrote beside the events, unchanged.",
):
    """The manifest {path} cannot be used: {reason}."""


class CountMismatch(
    Refused,
    status=422,
    exit_code=ExitCode.BAD_INPUT,
    title="The export is not complete",
    remedy="Fetch the export again; a file cut short or with lines added is not restored.",
):
    """The manifest says {expected} events, the file holds {found}."""


class ChainMismatch(
    Refused,
    status=422,
    exit_code=ExitCode.BAD_INPUT,
    title="The export was changed",
    remedy="Fetch the export again from where it was made; one changed byte changes the chain.",
):
    """The manifest's hash chain ends in {expected}, the file's in {found}."""


class ImportDiffers(
    Refused,
    status=409,
    exit_code=ExitCode.BAD_INPUT,
    title="The import is not the one that was begun",
    remedy="Go on with the file it was begun with, or import this one into another ledger.",
):
    """The ledger already holds {event} with other content."""


class NothingToJudge(
    Refused,
    status=422,
    exit_code=ExitCode.BAD_INPUT,
    title="There is nothing to judge",
    remedy="Give a file with at least one event, one JSON object a line.",
):
    """The file holds no event, so there is no instant to judge as of."""


class CalendarMissing(
    Unjudgeable,
    status=409,
    exit_code=ExitCode.NOT_JUDGED,
    title="A year has no published calendar",
    remedy="Record calendar.published.v1 for {jurisdiction}-{year}, or add --calendars RU.",
):
    """The calendar of {jurisdiction} for {year} was not published."""


class PolicyMismatch(
    Unjudgeable,
    status=409,
    exit_code=ExitCode.NOT_JUDGED,
    title="The policy's text is not the one that was adopted",
    remedy="Judge with the text whose SHA-256 is {expected}; exports keep it by that hash.",
):
    """The text of policy {policy} has the SHA-256 {found}, adopted was {expected}."""


class PolicyTextMissing(
    Unjudgeable,
    status=409,
    exit_code=ExitCode.NOT_JUDGED,
    title="The policy's text is not at hand",
    remedy="Give the file whose SHA-256 is {expected}.",
):
    """The text of policy {policy} with the SHA-256 {expected} is not at hand."""


class LevelMissing(
    Unjudgeable,
    status=409,
    exit_code=ExitCode.NOT_JUDGED,
    title="The policy does not have the contract's level",
    remedy="Adopt a text of policy {policy} that has the level, or change the level of contract {contract}.",
):
    """Policy {policy}, as it judges the incident, has no level {level}, which contract {contract} is of."""


class NoLedgerHere(
    LedgerState,
    status=503,
    exit_code=ExitCode.LEDGER_STATE,
    title="There is no ledger here",
    remedy="Make one with `sla-ledger init --provider NAME`, or name another with --database.",
):
    """{database} holds no ledger."""


class LedgerExists(
    LedgerState,
    status=409,
    exit_code=ExitCode.LEDGER_STATE,
    title="There is a ledger already",
    remedy="Name another database with --database; a ledger is never overwritten.",
):
    """{database} already holds the ledger {ledger}."""


class LedgerLocked(
    LedgerState,
    status=503,
    exit_code=ExitCode.LEDGER_STATE,
    title="Another process is writing",
    remedy="Wait until process {pid} is done, or end it.",
):
    """{database} is locked by process {pid}."""


class LedgerCorrupt(
    LedgerState,
    status=500,
    exit_code=ExitCode.LEDGER_STATE,
    title="The ledger's storage is damaged",
    remedy="Write nothing more; restore the last export into a new database.",
):
    """{database} is damaged: {reason}."""


class StorageFailed(
    LedgerState,
    status=503,
    exit_code=ExitCode.LEDGER_STATE,
    title="The storage refused",
    remedy=(
        "Check disk space and permissions; of PostgreSQL its address, user, password, TLS and whether it runs. "
        "Then send it again: what was acknowledged is kept."
    ),
):
    """{database} could not be written or read: {reason}."""


class StorageFull(
    LedgerState,
    status=507,
    exit_code=ExitCode.LEDGER_STATE,
    title="The disk is full",
    remedy="Make room, then send it again: nothing was written, and writing goes on by itself.",
):
    """{database} could not grow: {reason}."""


class OutcomeUnknown(
    LedgerState,
    status=503,
    exit_code=ExitCode.LEDGER_STATE,
    title="It is not known whether the event was recorded",
    remedy="Send it again with the same idempotency key or the same ids: nothing is recorded twice.",
):
    """The commit of {events} events to {database} failed half-way: {reason}."""


class UnsupportedDatabase(
    LedgerState,
    status=500,
    exit_code=ExitCode.BAD_INPUT,
    title="This kind of database is not served",
    remedy="Use a URL of the form sqlite:///PATH or postgresql://USER@HOST/DATABASE.",
):
    """{database} is not a database that this program can use."""


class UnsupportedStorage(
    LedgerState,
    status=500,
    exit_code=ExitCode.LEDGER_STATE,
    title="The ledger was written by another version",
    remedy="`sla-ledger db migrate` brings an older one up to date; a newer one needs the sla-ledger that wrote it.",
):
    """{database} has the storage version {found}, this program knows {known}."""


class ClockSuspect(
    LedgerState,
    status=503,
    exit_code=ExitCode.LEDGER_STATE,
    title="The clock has jumped ahead",
    remedy="Check the machine's clock; writing goes on after `sla-ledger clock confirm`.",
):
    """The wall clock says {now}, five minutes and more ahead of the {expected} expected."""


class InternalError(
    LedgerError,
    status=500,
    exit_code=ExitCode.INTERNAL,
    title="A fault of this program",
    remedy="Report it with the output of `sla-ledger doctor`.",
):
    """Something went wrong inside: {reason}."""
