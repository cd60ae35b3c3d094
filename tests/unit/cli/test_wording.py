"""What is wrong with a policy or a mapping is said in words of the product, and names the entry as the file has it."""

import pytest

from projections.policies import shipped_policy
from schemas.policy import parse_policy
from schemas.problems import PolicyUnusable
from services.cli.language import Language
from services.cli.talk import explained, set_language

FAULTS = {
    "an amount": (
        '"12 working hours"',
        '"12 wrk hours"',
        "response[priority = 2].within.basic",
        "'12 wrk hours' is not an amount such as '12 hours' or '12 working hours'",
    ),
    "a priority": ("priority = 2", "priority = 7", "response[priority = 7].priority", "it should be at most 4"),
    "a row without its priority": ("priority = 2\n", "\n", "response[2].priority", "it is missing"),
    "an entry too many": ("[questions]", "colour = 1\n[questions]", "duties.colour", "there is no such entry"),
    "an id": ('"tron-asoc"', '"tr on"', "id", "it should have the form ^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"),
    "a number for a text": ('version = "1"', "version = 1", "version", "it should be a string"),
    "a weekday": (
        '"mon"',
        '"moon"',
        "level.basic.window.weekdays[1]",
        "it should be one of 'mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'",
    ),
    "an empty list": (
        '["mon", "tue", "wed", "thu", "fri"]',
        "[]",
        "level.basic.window.weekdays",
        "it should not be empty",
    ),
    "a question": (
        "[questions]",
        '[questions]\nweather = "X"',
        "file",
        "questions: weather is not one of the questions in docs/reading.md",
    ),
    "no TOML": ("[questions]", "[questions", "file", "it is not TOML"),
    "TOML cut short": ("[questions]", 'x = """[questions]', "file", "it is not TOML: something is missing at the end"),
}
"""What is changed into what; the entry named, and what is said of it."""


def fault(case: str) -> PolicyUnusable:
    old, new, _, _ = FAULTS[case]
    text = shipped_policy().decode()
    assert old in text
    with pytest.raises(PolicyUnusable) as refused:
        parse_policy(text.replace(old, new, 1).encode())
    return refused.value


@pytest.mark.parametrize("case", FAULTS)
def test_the_entry_is_named_and_what_is_wrong_with_it(case: str) -> None:
    _, _, entry, reason = FAULTS[case]
    assert fault(case).params["entry"] == entry
    assert fault(case).params["reason"].startswith(reason)


@pytest.mark.parametrize("case", FAULTS)
def test_what_is_wrong_is_said_in_russian_too(case: str) -> None:
    try:
        spoken: Language = "ru"
        set_language(spoken)
        told = explained(fault(case).params["reason"])
    finally:
        set_language("en")
    english = {"it", "is", "should", "not", "missing", "line", "entry", "questions"}
    assert not english & set(told.replace("questions:", "").split())


def test_a_policy_that_is_not_utf_8_names_the_byte() -> None:
    with pytest.raises(PolicyUnusable, match=r"it is not UTF-8 \(byte 6\)"):
        parse_policy(b'id = "\xff"')
