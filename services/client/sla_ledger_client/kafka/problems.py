# ruff: noqa: N818  (a refusal is named by what was refused, as in the rest of the client)
"""What can be wrong with the topics, or with where a reader is to go on.

    LedgerClientError
    ├── Unreachable              no broker answers, for as long as was allowed
    └── TopicProblem             what was read, or may not be read; `remedy` says what to do
        ├── GapError             a record that must be there is not
        ├── TamperedError        a record is not what the ledger published
        ├── WrongLedger          the topics hold another ledger, or another history of it
        ├── TopicsMissing        there are no such topics
        ├── PositionUnusable     the position cannot be gone on from
        └── ReadingRefused       the broker does not let this reader read

Nothing is delivered past what is raised here, and the reader's `position` stays at the last event that it delivered.
What else the library kafka-python raises passes through as it is.
"""

from typing import ClassVar

from sla_ledger_client.problem import LedgerClientError

__all__ = [
    "GapError",
    "PositionUnusable",
    "ReadingRefused",
    "TamperedError",
    "TopicProblem",
    "TopicsMissing",
    "WrongLedger",
    "demand",
]


class TopicProblem(LedgerClientError):
    """Base of what is wrong with the topics or with reading them: what it is, and in `remedy` what to do."""

    remedy: ClassVar[str] = ""

    def __str__(self) -> str:
        """What is wrong, and what to do."""
        return f"{super().__str__()}. {self.remedy}"


class GapError(TopicProblem):
    """A record that must be there is not: it was deleted, never published, or stands out of its order."""

    remedy = (
        "Count nothing past it: run `sla-ledger relay verify`, then `sla-ledger relay republish` into new topics, "
        "and go on from the same position there."
    )


class TamperedError(TopicProblem):
    """A record is not what the ledger published: its bytes, its attributes or its place are others."""

    remedy = (
        "Use nothing of these topics: run `sla-ledger relay verify`, find out who may write to them beside the relay, "
        "and republish into new topics."
    )


class WrongLedger(TopicProblem):
    """The topics hold another ledger than the reader's, or another history of it."""

    remedy = "Check the broker's address; for another ledger begin anew, without a position and with empty results."


class TopicsMissing(TopicProblem):
    """There are no such topics on this broker."""

    remedy = "Check the broker's address and the version of the topics; `sla-ledger kafka init` makes them."


class PositionUnusable(TopicProblem):
    """The position cannot be gone on from: it is damaged, or belongs to another kind of reader."""

    remedy = "Give back the position that was kept together with the results, or begin anew without either."


class ReadingRefused(TopicProblem):
    """The broker does not let this reader read."""

    remedy = "Check user and password; the reader needs READ and DESCRIBE on the topics, and READ on its group."


def demand(holds: bool, otherwise: str) -> None:
    """Raise ValueError with this reason unless it holds: for what is read, whose reader says what it was."""
    if not holds:
        raise ValueError(otherwise)
