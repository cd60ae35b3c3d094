"""Every problem of the catalogue has a name, a message, a way out; each refusal says its own."""

import re
import string

import pytest

from schemas import database_problems, http_problems, operation_problems, problems, relay_problems
from schemas.instants import parse_instant
from schemas.problems import (
    CATALOGUE,
    CalendarMissing,
    ExitCode,
    InvalidInput,
    LedgerError,
    Problem,
    RuleBroken,
)
from schemas.reasons import REASONS
from schemas.refusal import Refusal
from schemas.rules import RULES

REFUSALS = {**{f"reason {code}": told for code, told in REASONS.items()}} | {
    f"rule {code}": told for code, told in RULES.items()
}


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def concrete(family: type[LedgerError]) -> list[type[LedgerError]]:
    found = [family] if "problem" in vars(family) else []
    return found + [each for child in family.__subclasses__() for each in concrete(child)]


SELF_CONTAINED = [error for error in concrete(LedgerError) if not issubclass(error, (InvalidInput, RuleBroken))]


ANSWERS = {"access-log-broken", "copy-differs"}
"""The problems that are an answer: somebody asked whether something holds, and it does not."""


@pytest.mark.parametrize("problem", CATALOGUE.values(), ids=CATALOGUE.keys())
def test_a_problem_says_what_is_wrong_and_what_to_do(problem: Problem) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", problem.name)
    assert 400 <= problem.status < 600
    assert problem.exit_code is not ExitCode.FINE
    assert problem.exit_code is not ExitCode.ANSWER_IS_NO or problem.name in ANSWERS
    assert problem.template
    assert problem.title
    assert problem.remedy.endswith(".")


@pytest.mark.parametrize("error", SELF_CONTAINED, ids=lambda error: error.__name__)
def test_a_problem_shows_its_parameters(error: type[LedgerError]) -> None:
    names = fields(error.problem.template) | fields(error.problem.remedy)
    raised = error(**{name: f"<{name}>" for name in names})
    for name in fields(error.problem.template):
        assert f"<{name}>" in str(raised)
    assert raised.diagnostics()["problem"] == raised.key == error.problem.name
    assert "{" not in raised.remedy


@pytest.mark.parametrize("told", REFUSALS.values(), ids=REFUSALS.keys())
def test_a_refusal_has_a_message_and_a_remedy(told: Refusal) -> None:
    assert told.message
    assert not told.message.endswith(".")
    assert told.remedy.endswith(".")


@pytest.mark.parametrize("rule", RULES)
def test_a_broken_rule_carries_its_name(rule: str) -> None:
    names = fields(RULES[rule].message) | fields(RULES[rule].remedy)
    params = {name: f"<{name}>" for name in names - {"subject"}}
    broken = RuleBroken(rule=rule, subject="INC-1", **params)
    assert str(broken).endswith(f"({rule})")
    assert broken.key == f"rule-broken-{rule}"
    assert broken.diagnostics()["params"]["rule"] == rule
    assert broken.problem.exit_code == ExitCode.BAD_INPUT


def test_a_rule_that_is_in_no_table_cannot_be_broken() -> None:
    with pytest.raises(AssertionError, match="no-such-rule"):
        RuleBroken(rule="no-such-rule", subject="INC-1")


def test_a_refusal_names_the_field() -> None:
    refused = InvalidInput(reason="null", pointer="/data/title")
    assert str(refused) == "/data/title: null is not a value"
    assert refused.diagnostics()["pointer"] == "/data/title"


def test_an_instant_in_a_message_is_printed_as_verdicts_print_it() -> None:
    at = parse_instant("2031-05-05T10:00:00+03:00")
    broken = RuleBroken(rule="occurs-in-the-future", subject="INC-1", occurred_at=at, recorded_at=at)
    assert broken.params["occurred_at"] == "2031-05-05T07:00:00Z"


def test_a_missing_calendar_names_jurisdiction_and_year_and_is_its_own_exit_code() -> None:
    missing = CalendarMissing(jurisdiction="RU", year=2028)
    assert str(missing) == "The calendar of RU for 2028 was not published"
    assert "RU-2028" in missing.remedy
    assert missing.problem.exit_code == ExitCode.NOT_JUDGED


def test_the_catalogue_is_what_the_module_offers() -> None:
    modules = (problems, database_problems, http_problems, operation_problems, relay_problems)
    offered = {name for module in modules for name in module.__all__}
    assert {error.__name__ for error in concrete(LedgerError)} <= offered
    for module in modules:
        assert sorted(module.__all__) == sorted(set(module.__all__))
