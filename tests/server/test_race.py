"""What eight clients see of one incident could have been seen had each call happened at one instant."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import combinations

from tests.scale import scaled
from tests.server.linearizability import Accepted, Append, Call, is_linearizable
from tests.server.race import CLIENTS, Race
from tests.server.support import Desk

ROUNDS = 400


def test_eight_clients_on_one_incident_are_linearizable(shared_desk: Desk) -> None:
    outcomes: Counter[str] = Counter()
    overlapping = 0
    with ExitStack() as stack:
        wires = [stack.enter_context(shared_desk.wire()) for _ in range(CLIENTS)]
        pool = stack.enter_context(ThreadPoolExecutor(CLIENTS))
        for seed in range(scaled(ROUNDS)):
            race = Race(shared_desk, wires, seed)
            history = race.run(pool)
            assert is_linearizable(history, race.initial), history
            outcomes.update(type(call.outcome).__name__ for call in history)
            overlapping += _overlapping_appends(history)
    assert min(outcomes[name] for name in ("Accepted", "Broken", "Differs", "Listed", "Seen")) > 0, outcomes
    assert overlapping > scaled(ROUNDS), "nobody raced"


def _overlapping_appends(history: list[Call]) -> int:
    """Pairs of accepted appends that were under way at the same time."""
    accepted = [call for call in history if isinstance(call.operation, Append) and isinstance(call.outcome, Accepted)]
    return sum(
        one.called_at < other.returned_at and other.called_at < one.returned_at
        for one, other in combinations(accepted, 2)
    )
