"""The questions are those of the specification, the literal option first."""

from schemas.questions import LITERAL_READING, QUESTIONS, literal_reading


def test_there_are_nineteen_questions_with_at_least_two_options() -> None:
    assert len(QUESTIONS) == 19
    assert all(len(set(question.options)) >= 2 for question in QUESTIONS.values())


def test_the_literal_reading_takes_the_contract_at_its_word() -> None:
    assert LITERAL_READING.keys() == QUESTIONS.keys()
    assert LITERAL_READING["premium-hours"] == "clock"
    assert LITERAL_READING["working-saturdays"] == "not-served"
    assert LITERAL_READING["corrections"] == "agreed"


def test_a_reading_taken_for_a_run_changes_no_other() -> None:
    reading = literal_reading()
    reading["premium-hours"] = "service"
    assert literal_reading() == LITERAL_READING
