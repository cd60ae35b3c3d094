"""Whether the topics are of this ledger, and the relay's rows brought to where the topics are.

the topic's position record against the ledger     ledger, position, chain: else a refusal
the relay's rows against both                      behind: brought on; anything else: made anew
"""

from collections.abc import Callable, Iterable
from typing import Final

from ledger.application import Ledger
from ledger.recorder import Row
from projections.projector import Projector
from schemas.chain import GENESIS, extend
from schemas.relay_problems import HistoryDiffers, TopicsAhead, TopicsForeign, TopicsUnusable
from schemas.topics import Topics
from services.kafka.records import Position
from services.kafka.state import RelayState
from services.projecting import PolicyTexts

__all__ = ["aligned", "chained", "check_history", "check_partitions", "parsed"]

_PAGE: Final = 5_000
_LONG_AGO: Final = -(2**62)

Told = Callable[[int], object]


def parsed(value: bytes | None, topic: str) -> Position | None:
    """The position record with this value. Raises TopicsUnusable for what is none."""
    try:
        return None if value is None else Position.from_wire(value)
    except ValueError as error:
        raise TopicsUnusable(topic=topic, reason=str(error)) from None


def check_partitions(names: Topics, partitions: tuple[int, ...]) -> int:
    """How many partitions the topics of events and rows have. Raises TopicsUnusable."""
    for name, count in zip(names, partitions, strict=True):
        if not count:
            raise TopicsUnusable(topic=name, reason="there is no such topic")
    if partitions[3] != 1:
        raise TopicsUnusable(topic=names.checkpoints, reason=f"it has {partitions[3]} partitions, not one")
    if len(set(partitions[:3])) != 1:
        counts = ", ".join(map(str, partitions[:3]))
        raise TopicsUnusable(topic=names.events, reason=f"the three topics have {counts} partitions, not the same")
    return partitions[0]


def check_history(ledger: Ledger, topics: Position | None, version: int, told: Told = lambda _position: None) -> None:
    """Raise TopicsForeign, TopicsAhead or HistoryDiffers where the topics are not of this ledger's history."""
    if topics is None:
        return
    if topics.ledger != ledger.identity.ledger_id:
        raise TopicsForeign(found=topics.ledger, ledger=ledger.identity.ledger_id)
    head = ledger.head()
    if topics.position > head.count:
        raise TopicsAhead(position=topics.position, head=head.count, next=version + 1)
    # The head's chain goes through the topic's, or it is another history: what lies behind need not be read again.
    chain = chained(topics.chain, ledger.rows(after=topics.position, until=head.count), told)
    if chain != head.chain:
        raise HistoryDiffers(position=topics.position, next=version + 1)


def chained(chain: bytes, rows: Iterable[Row], told: Told = lambda _position: None) -> bytes:
    """The chain after these events."""
    for row in rows:
        chain = extend(chain, row.state)
        if not row.position % _PAGE:
            told(row.position)
    return chain


def aligned(ledger: Ledger, state: RelayState, topics: Position | None, told: Told) -> Projector:
    """A projector over the relay's rows, which are exactly as the topics have them."""
    goal = topics or Position(ledger.identity.ledger_id, 0, GENESIS, _LONG_AGO)
    mark = state.mark()
    if mark is None or not _leads_to(ledger, mark, goal):
        state.reset()
        mark = Position(goal.ledger, 0, GENESIS, _LONG_AGO)
    projector = Projector(state, ledger, PolicyTexts(ledger))
    chain = mark.chain
    while projector.position < goal.position:
        page = list(ledger.rows(after=projector.position, until=min(goal.position, projector.position + _PAGE)))
        for _ in projector.follow(page):
            state.pass_over()
        chain = chained(chain, page)
        state.keep(Position(goal.ledger, projector.position, chain, mark.as_of))
        told(projector.position)
    projector.advance(goal.as_of)
    state.pass_over()
    state.keep(goal)
    return projector


def _leads_to(ledger: Ledger, mark: Position, goal: Position) -> bool:
    """Whether rows at one position record can be brought on to another."""
    if mark.ledger != goal.ledger or mark.position > goal.position or mark.as_of > goal.as_of:
        return False
    return chained(mark.chain, ledger.rows(after=mark.position, until=goal.position)) == goal.chain
