"""What the provider published, for everybody: calendars with every revision, policies word for word."""

from hashlib import sha256

import pytest

from projections.policies import shipped_policy
from tests.integration.api.reading.office import CONTRACT, Office

SHIPPED = sha256(shipped_policy()).hexdigest()


def test_calendars_are_listed_with_how_often_they_were_published(office: Office) -> None:
    told = {one["calendar"]: one for one in office.json("/v1/calendars")["calendars"]}
    assert list(told) == sorted(told)
    assert (told["RU-2021"]["jurisdiction"], told["RU-2021"]["year"], told["RU-2021"]["version"]) == ("RU", 2021, 3)


def test_a_calendar_is_told_with_each_publication(office: Office) -> None:
    told = office.json("/v1/calendars/RU-2021")
    assert [one["version"] for one in told["versions"]] == [1, 2, 3]
    assert "2021-01-01" in told["versions"][0]["holidays"]
    recorded = [one["recorded_at"] for one in told["versions"]]
    assert recorded == sorted(recorded)


def test_a_policys_text_is_the_file_that_was_adopted(office: Office) -> None:
    (version,) = office.json("/v1/policies/tron-asoc")["versions"]
    assert version["sha256"] == SHIPPED
    text = office.get(version["text"])
    assert (text.content, text.headers["content-type"]) == (shipped_policy(), "application/toml")
    assert office.get(version["text"], headers={"If-None-Match": text.headers["etag"]}).status_code == 304


@pytest.mark.parametrize("path", ["/v1/calendars", "/v1/calendars/RU-2021", "/v1/policies", "/v1/policies/tron-asoc"])
def test_publications_are_the_same_for_everybody(office: Office, path: str) -> None:
    whole = office.get(path)
    assert b"position" not in whole.content
    for role in ("customer", "engineer", "service", "reporter", "admin"):
        assert office.get(path, role, CONTRACT).content == whole.content


@pytest.mark.parametrize(
    "path",
    [
        "/v1/calendars/RU-1999",
        "/v1/calendars/tron-asoc",
        "/v1/policies/RU-2021",
        f"/v1/policies/other/versions/{SHIPPED}",
        f"/v1/policies/tron-asoc/versions/{SHIPPED.upper()}",
        f"/v1/policies/tron-asoc/versions/{'0' * 64}",
    ],
)
def test_what_was_not_published_is_not_there(office: Office, path: str) -> None:
    assert office.problem(path) == (404, "unknown-resource")
