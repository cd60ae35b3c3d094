"""Two customers on one server: what belongs to the other is missing, in every byte and by the same statements."""

import re
from collections.abc import Iterator
from statistics import median
from time import perf_counter

import httpx
import orjson
import pytest

from ledger.credentials import Role
from services.api.application import routes
from services.api.rights import RIGHTS, rights_of
from tests.integration.api.reading.office import CONTRACT, DISPUTE, INCIDENT, OTHERS, Office, founded, opened, others
from tests.integration.api.reading.statements import Statements

MISSING = {"incident": "INC-2020-000001", "contract": "C-404", "id": "00000000-0000-4000-8000-000000000000"}
TIMED = 300


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, Statements]]:
    """An office of which every statement is counted."""
    folder = tmp_path_factory.mktemp("watched")
    url = founded(folder, DISPUTE, others(folder))
    with Statements.watched() as statements, opened(url) as office:
        yield office, statements


def templates() -> list[str]:
    """The paths that name a thing of a customer's."""
    found = {
        route.path
        for route in routes()
        if "GET" in (route.methods or ()) and set(re.findall(r"{(\w+)}", route.path)) & set(MISSING)
    }
    return sorted(path for path in found if path.startswith("/v1/"))


def bare(answer: httpx.Response) -> tuple[int, dict[str, str], bytes]:
    """An answer without what is of its own moment."""
    headers = {name: value for name, value in answer.headers.items() if name not in {"date", "x-request-id"}}
    return answer.status_code, headers, answer.content


def names(office: Office) -> dict[str, str]:
    """What the paths name at one customer's."""
    event = orjson.loads(office.api.ledger.subject_rows(INCIDENT)[0].state)["id"]
    return {"incident": INCIDENT, "contract": CONTRACT, "id": event}


def test_there_are_paths_to_look_at() -> None:
    assert "/v1/incidents/{incident}/verdict" in templates()
    assert "/v1/events/{id}" in templates()
    assert len(templates()) >= 11


@pytest.mark.parametrize("query", ["", "?x=1", "?as_of=2021-03-03T07:30:00Z", "?at_position=3", "?after=1&limit=1"])
@pytest.mark.parametrize("template", templates())
def test_anothers_thing_is_answered_as_a_missing_one(
    watched: tuple[Office, Statements], template: str, query: str
) -> None:
    office, statements = watched
    answers, counts = [], []
    for given in (MISSING, names(office)):
        path = template.format(**given) + query
        office.get(path, "customer", OTHERS)  # its thread has its connection
        statements.begin()
        answers.append(bare(office.get(path, "customer", OTHERS)))
        counts.append(len(statements.made))
    assert answers[0] == answers[1]
    assert answers[0][0] == 404
    assert counts[0] == counts[1] == 2, statements.made  # who asks, and what for


@pytest.mark.parametrize("template", templates())
def test_the_same_paths_are_answered_to_whom_they_belong(office: Office, template: str) -> None:
    assert office.get(template.format(**names(office)), "customer", CONTRACT).status_code == 200


@pytest.mark.parametrize(
    "query", ["/v1/incidents?contract={}", "/v1/deadlines?contract={}", "/v1/compliance?by=contract"]
)
def test_lists_tell_nothing_of_anothers_contract(office: Office, query: str) -> None:
    role: Role = "reporter" if "compliance" in query else "customer"
    missing, anothers = (office.json(query.format(name), role, OTHERS) for name in ("C-404", CONTRACT))
    for document in (missing, anothers):
        del document["as_of"]
    assert missing == anothers
    assert CONTRACT not in orjson.dumps(anothers).decode()


def test_every_read_of_the_api_asks_for_a_right() -> None:
    for route in routes():
        if "GET" in (route.methods or ()) and route.endpoint.__module__.startswith("services.api.reading"):
            (right,) = rights_of(route.dependant)
            assert right in {right for rights in RIGHTS.values() for right in rights}


def test_how_long_the_two_refusals_take_is_told(office: Office) -> None:
    paths = [f"/v1/incidents/{name}/verdict" for name in (MISSING["incident"], INCIDENT)]
    seconds: dict[str, list[float]] = {path: [] for path in paths}
    for turn in range(TIMED):
        for path in paths if turn % 2 else reversed(paths):
            begun = perf_counter()
            office.get(path, "customer", OTHERS)
            seconds[path].append(perf_counter() - begun)
    missing, anothers = (median(seconds[path]) for path in paths)
    print(
        f"\nrefusal of a missing incident {missing * 1e6:.0f} us, of another tenant's {anothers * 1e6:.0f} us "
        f"(medians of {TIMED}), difference {(anothers - missing) * 1e6:+.0f} us"
    )
    assert abs(anothers - missing) < 0.5 * missing
