"""Every problem of the catalogue is a class of the client, made from it; what is not in it falls to its family."""

import re
import sys

import pytest

import sla_ledger_client
from schemas.problem import Problem
from schemas.problems import CATALOGUE, RuleBroken
from services.api.problems import problem_response
from services.client_code import FOLDER, made, main, waiting
from sla_ledger_client import errors
from sla_ledger_client.errors import Failed, LedgerProblem, NotFound, Refused, Unavailable, Unprocessable
from sla_ledger_client.problem import problem_of
from sla_ledger_client.request import Reply
from tests.client.bench import problem


def test_what_is_made_is_current() -> None:
    stale = [path.name for path, text in made().items() if path.read_text("utf-8") != text]
    assert stale == [], "run python -m services.client_code"


def test_a_stale_file_is_told_of(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["client_code", "--check"])
    assert main() == 0
    monkeypatch.setattr("services.client_code.made", lambda: {FOLDER / "errors.py": "another"})
    assert main() == 1
    assert "errors.py" in capsys.readouterr().err


def test_what_awaits_is_left_out_and_nothing_else() -> None:
    awaiting = "async def f(self) -> AsyncIterator[int]:\n    return await self.g(await h())\n"
    assert waiting(awaiting) == "def f(self) -> Iterator[int]:\n    return self.g(h())\n"
    assert not re.search(r"\basync\b|\bawait\b|asyncio", (FOLDER / "client.py").read_text("utf-8").split('"""', 2)[2])


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=lambda entry: entry.name)
def test_every_problem_of_the_catalogue_is_raised_as_its_class(entry: Problem) -> None:
    document = f'{{"type": "https://ledger.example/problems/{entry.name}"}}'
    raised = problem_of(Reply(entry.status, {}, document.encode()))
    assert type(raised) is not LedgerProblem
    assert type(raised).name == entry.name
    assert type(raised) is getattr(errors, type(raised).__name__)
    assert raised.catalogued == (entry.status, entry.title, entry.remedy)
    assert (raised.title, raised.remedy) == (entry.title, entry.remedy)
    assert isinstance(raised, Refused if entry.status < 500 else Failed)


@pytest.mark.parametrize(
    ("reply", "family"),
    [
        (problem(404, "a-problem-of-later"), NotFound),
        (problem(422, "a-problem-of-later"), Unprocessable),
        (problem(418), Refused),
        (problem(502), Unavailable),
        (problem(500), Failed),
        (problem(302), Failed),
        (Reply(404, {}, b"[" * 100_000), NotFound),
        (Reply(404, {}, b'{"type": 1, "title": null}'), NotFound),
        (Reply(404, {}, b'{"type": "about:blank"}'), NotFound),
        (Reply(503, {}, b"\xff"), Unavailable),
    ],
    ids=str,
)
def test_a_problem_that_is_not_known_is_raised_as_its_family(reply: Reply, family: type[LedgerProblem]) -> None:
    raised = problem_of(reply)
    assert type(raised) is family
    assert raised.status == reply.status
    assert str(raised)


def test_an_error_says_where_what_and_what_to_do() -> None:
    raised = problem_of(problem(422, "invalid-input", pointer="/data/x", remedy="Remove it.", reason="null"))
    assert isinstance(raised, errors.InvalidInput)
    assert (raised.reason, raised.pointer) == ("null", "/data/x")
    assert str(raised) == "/data/x: A detail (invalid-input, 422) Remove it."


def test_a_broken_rule_has_its_name() -> None:
    told = problem_response(RuleBroken(rule="incident-closed", subject="INC-1", closed_by="resolved", type="x"))
    raised = problem_of(Reply(told.status_code, {}, bytes(told.body)))
    assert isinstance(raised, errors.RuleBroken)
    assert raised.rule == "incident-closed"


def test_what_the_package_offers_is_there_and_sorted() -> None:
    for module in (sla_ledger_client, errors):
        offered = module.__all__
        assert [name for name in offered if not hasattr(module, name)] == []
        assert len(set(offered)) == len(offered)
