"""The life of a support contract: registered once, at a level of its policy's, then changed by what the parties agree.

Which terms are in force when is the judgement's business (READINGS.md); the record keeps that they were agreed.
"""

from dataclasses import dataclass, replace
from typing import assert_never

from ledger.erasure import check_erasure
from ledger.rules import Context, Placement, place, refuse
from schemas.contract_events import (
    ContactAuthorised,
    ContactRevoked,
    ContractData,
    ContractRegistered,
    ContractValuesErased,
    LevelChanged,
    LicenceRenewed,
    ReadingAgreed,
)
from schemas.events import Event, Proposal

__all__ = ["Contract", "decide", "evolve"]


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract as the rules see it: registered, and by which policy it is judged."""

    policy: str
    version: int


def decide(state: Contract | None, proposal: Proposal, data: ContractData, context: Context) -> Placement:
    """Where the proposal is recorded; refused if it cannot be true. Raises RuleBroken with the rule's name."""
    placement = place(proposal, proposal.subject, context)
    if isinstance(data, ContractRegistered):
        if state is not None:
            refuse("already-registered", proposal)
        _check_level(proposal, data.policy, data.level, context)
        return placement
    if state is None:
        refuse("unknown-contract", proposal, contract=proposal.subject)
    match data:
        case LevelChanged():
            _check_level(proposal, state.policy, data.level, context)
        case ReadingAgreed():
            if data.document is None and not context.bare_claims:
                refuse("document-needed", proposal, question=data.question)
        case ContractValuesErased():
            check_erasure(proposal, data.events, data.fields, context)
        case LicenceRenewed() | ContactAuthorised() | ContactRevoked():
            pass
        case _:
            assert_never(data)
    return placement


def _check_level(proposal: Proposal, policy: str, level: str, context: Context) -> None:
    levels = context.levels(policy)
    if levels is not None and level not in levels:
        refuse("unknown-level", proposal, level=level, policy=policy, levels=", ".join(sorted(levels)))


def evolve(state: Contract | None, event: Event, data: ContractData) -> Contract:
    """The contract after the event."""
    if isinstance(data, ContractRegistered):
        return Contract(data.policy, event.version)
    assert state is not None, "the life of a contract begins with its registration"
    match data:
        case (
            LevelChanged()
            | LicenceRenewed()
            | ContactAuthorised()
            | ContactRevoked()
            | ReadingAgreed()
            | ContractValuesErased()
        ):
            return replace(state, version=event.version)
        case _:
            assert_never(data)
