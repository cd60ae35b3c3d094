"""What the diagrams say of readings is what trying every reading says, for any small function of the questions."""

from collections import Counter
from collections.abc import Callable
from itertools import product
from math import prod

from hypothesis import given
from hypothesis import strategies as st

from projections.diagram import OPTIONS, ORDER, Ask, Diagram, Readings, census, follow, literal, support, values

Reading = dict[str, str]
Table = dict[tuple[int, ...], int]


class Tabled:
    """A function of some questions given as a table, which asks for no more than it needs to know its row."""

    def __init__(self, questions: tuple[str, ...], rows: Table) -> None:
        self.questions = questions
        self.rows = rows

    def __call__(self, ask: Ask) -> int:
        """The value under a reading."""
        known: tuple[int, ...] = ()
        for question in self.questions:
            left = {value for row, value in self.rows.items() if row[: len(known)] == known}
            if len(left) == 1:
                return left.pop()
            known += (OPTIONS[question].index(ask(question)),)
        return self.rows[known]


@st.composite
def tabled(draw: st.DrawFn, most: int = 4) -> Tabled:
    """Any function of at most some questions, asked in any order, with few values so that much is alike."""
    questions = tuple(draw(st.lists(st.sampled_from(ORDER), max_size=most, unique=True)))
    rows = product(*(range(len(OPTIONS[question])) for question in questions))
    return Tabled(questions, {row: draw(st.integers(0, 2)) for row in rows})


settlements = st.dictionaries(st.sampled_from(ORDER), st.integers(0, 1), max_size=3).map(
    lambda picks: {question: OPTIONS[question][pick] for question, pick in picks.items()}
)


def every_reading(questions: tuple[str, ...], settled: Reading) -> list[Reading]:
    options = [(settled[question],) if question in settled else OPTIONS[question] for question in questions]
    return [{**settled, **dict(zip(questions, picks, strict=True))} for picks in product(*options)]


def asking(reading: Reading) -> Ask:
    return lambda question: reading.get(question, OPTIONS[question][0])


def tried(judge: Callable[[Ask], int], questions: tuple[str, ...], settled: Reading) -> list[tuple[Reading, int]]:
    return [(reading, judge(asking(reading))) for reading in every_reading(questions, settled)]


def influencing(outcomes: list[tuple[Reading, int]], questions: tuple[str, ...]) -> list[str]:
    """The questions for which two readings that differ in them alone differ in the value."""
    found = set()
    for question in questions:
        groups: dict[tuple[str, ...], set[int]] = {}
        for reading, value in outcomes:
            others = tuple(reading[name] for name in questions if name != question)
            groups.setdefault(others, set()).add(value)
        if any(len(group) > 1 for group in groups.values()):
            found.add(question)
    return sorted(found)


def agrees(diagram: Diagram[int], judge: Callable[[Ask], int], questions: tuple[str, ...], settled: Reading) -> None:
    outcomes = tried(judge, questions, settled)
    assert all(follow(diagram, reading) == value for reading, value in outcomes)
    assert Counter(values(diagram)) == Counter({value for _, value in outcomes})
    assert literal(diagram) == judge(asking(settled))
    depends_on = influencing(outcomes, questions)
    counted = census(diagram)
    assert list(support(diagram)) == list(counted.depends_on) == depends_on
    among = tried(judge, tuple(depends_on), settled)
    assert Counter(dict(counted.counts)) == Counter(value for _, value in among)
    assert counted.readings == len(among) == prod(len(OPTIONS[question]) for question in depends_on)


@given(tabled(), settlements)
def test_an_exploration_agrees_with_trying_every_reading(judge: Tabled, settled: Reading) -> None:
    agrees(Readings(settled).explore(judge), judge, judge.questions, settled)


@given(tabled(most=3), st.lists(tabled(most=2), min_size=3, max_size=3), settlements)
def test_what_is_bound_to_a_diagram_agrees_too(above: Tabled, below: list[Tabled], settled: Reading) -> None:
    def judge(ask: Ask) -> int:
        return below[above(ask)](ask)

    readings = Readings(settled)
    questions = tuple(dict.fromkeys([*above.questions, *(name for each in below for name in each.questions)]))
    agrees(readings.bind(readings.explore(above), lambda value: below[value]), judge, questions, settled)


@given(tabled(), st.lists(st.integers(0, 2), min_size=3, max_size=3))
def test_what_is_decisive_is_what_the_mapped_diagram_depends_on(judge: Tabled, renamed: list[int]) -> None:
    readings = Readings({})
    mapped = readings.map(readings.explore(judge), lambda value: renamed[value])
    agrees(mapped, lambda ask: renamed[judge(ask)], judge.questions, {})


@given(tabled(), st.randoms(use_true_random=False))
def test_the_order_of_asking_makes_no_other_diagram(judge: Tabled, random: object) -> None:
    readings = Readings({})
    places = list(range(len(judge.questions)))
    random.shuffle(places)  # type: ignore[attr-defined]
    turned = Tabled(
        tuple(judge.questions[place] for place in places),
        {tuple(row[place] for place in places): value for row, value in judge.rows.items()},
    )
    assert readings.explore(judge) == readings.explore(turned)
