"""Two judges written apart from the same text, one of them stepping minute by minute, say the same of any history.

The naive one tries every combination of the readings; it is slow and obvious. What it cannot show, a history longer
than a few weeks, the shared vectors do.
"""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conformance.agreement import by_product, first_disagreement
from tests.naive.evaluate import Case
from tests.naive.questions import OPTIONS
from tests.naive.windows import Windows
from tests.scale import scaled
from tests.strategies.histories import History, histories, history, interleave

HISTORIES = 2000
SETTLED_HISTORIES = 200
INTERLEAVED_HISTORIES = 400
BATCHES = 20
ENOUGH_TO_NOTICE = 60


class OpensAfterClosing(Windows):
    """A judge at fault: what runs out exactly at closing time is due at the next opening."""

    def due(self, start: int, amount: int, kind: str) -> int:
        due = super().due(start, amount, kind)
        return self.next_opening(due) if kind == "service" else due


class FaultyCase(Case):
    windows_type = OpensAfterClosing


class ForgetfulCase(Case):
    """A judge at fault: it holds nothing for settled."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        self.settled = {}


@pytest.mark.parametrize("batch", range(BATCHES))
def test_both_judges_say_the_same_of_a_random_history(batch: int) -> None:
    for seed in range(batch, scaled(HISTORIES, BATCHES), BATCHES):
        assert first_disagreement(history(seed)) is None


def test_both_judges_say_the_same_when_a_reading_is_asked_for() -> None:
    for seed in range(scaled(SETTLED_HISTORIES)):
        rng = Random(seed)
        asked = {question: rng.choice(OPTIONS[question]) for question in rng.sample(sorted(OPTIONS), 3)}
        assert first_disagreement(history(seed), settle=asked) is None


@settings(max_examples=scaled(INTERLEAVED_HISTORIES))
@given(drawn=histories(), shuffle=st.randoms(use_true_random=False))
def test_how_events_of_different_logs_interleave_changes_no_verdict(drawn: History, shuffle: Random) -> None:
    shuffled = tuple(interleave(drawn.lines, shuffle))
    for as_of in drawn.as_of:
        before = {line["incident"]: line for line in by_product(drawn.lines, as_of)}
        after = {line["incident"]: line for line in by_product(shuffled, as_of)}
        assert before == after


@pytest.mark.parametrize("faulty", [FaultyCase, ForgetfulCase])
def test_a_planted_fault_is_noticed(faulty: type[Case]) -> None:
    noticed = (first_disagreement(history(seed), faulty) for seed in range(ENOUGH_TO_NOTICE))
    assert any(found is not None for found in noticed)
