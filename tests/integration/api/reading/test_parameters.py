"""Query parameters: hostile ones are refused by name, none is echoed, and none becomes a fault of the server."""

import pytest

from tests.integration.api.reading.office import INCIDENT, Office

VERDICT = f"/v1/incidents/{INCIDENT}/verdict"
BAD = {
    VERDICT: [
        "as_of=", "as_of", "as_of=now", "as_of=2024-04-26", "as_of=2024-04-26T14:30:00", "as_of=2024-02-30T00:00:00Z",
        "as_of=2024-04-26T14:30:60Z", "as_of=2024-04-26T24:00:00Z", "as_of=2024-04-26T14:30:00.1234567Z",
        "as_of=0000-01-01T00:00:00Z", "as_of=0001-01-01T00:00:00%2B01:00", "as_of=9999-12-31T23:59:59-01:00",
        "as_of=1714141800", "as_of=%D9%A2024-04-26T14:30:00Z", "as_of=2024-04-26T14:30:00Z%00", "as_of=%ff",
        "as_of=%zz", "as_of=%2", "as_of=2024-04-26T14:30:00Z&as_of=2024-04-26T14:30:00Z", "as_of=%ED%A0%80",
        "at_position=0", "at_position=-1", "at_position=1.0", "at_position=+1", "at_position=01", "at_position=%201",
        "at_position=1e3", "at_position=1_0", "at_position=9223372036854775808", "at_position=" + "9" * 5_000,
        "at_position=9007199254740992", "at_position=%D9%A1", "at_position=true",
        "reading=premium-hours", "reading=premium-hours%3Dnever", "reading=x%3Dy", "reading=%3D", "reading=",
        "reading=premium-hours%3Dclock&reading=premium-hours%3Dclock",
        "reading=premium-hours%3Dclock,short-days%3Dfull",
        "AS_OF=2024-04-26T14:30:00Z", "as_of[]=2024-04-26T14:30:00Z", "limit=1", "x=1", "=", "=1", "%00=1",
        "&".join(["reading=premium-hours%3Dclock"] * 200), "as%5Fof%00=1", "\u0438=1",
    ],
    "/v1/incidents": [
        "limit=0", "limit=-1", "limit=501", "limit=5.0", "limit=9223372036854775807", "limit=" + "9" * 400,
        "standing=good", "standing=kept,broken", "standing=kept&standing=broken", "decisive=", "decisive=x", "open=1",
        "open=True", "open=", "at_risk=8h", "at_risk=P1Y", "at_risk=PT", "at_risk=-PT1H", "at_risk=PT9999999999999999H",
        "contract=", "contract=../x", "contract=%00", "contract=" + "x" * 65, "cursor=", "cursor=%3D",
        "cursor=" + "A" * 201,         "offset=1", "as_of=2024-04-26T14:30:00Z",
    ],
    "/v1/compliance": ["month=2024", "month=2024-13", "month=0000-01", "month=2024-1", "by=", "by=x", "by=month,month",
                       "by=month,", "by=month%20level", "month=2024-04&month=2024-05"],
    "/v1/deadlines": ["within=8", "within=", "within=PT8H&within=PT9H", "within=P999999999999999999D", "limit=0"],
    f"/v1/incidents/{INCIDENT}": ["x=1", "as_of=2024-04-26T14:30:00Z"],
    f"/v1/incidents/{INCIDENT}/events": ["after=-1", "after=9223372036854775808", "limit=0", "after=1&after=2"],
    f"/v1/incidents/{INCIDENT}/values": ["after=x", "event=1"],
    "/v1/calendars": ["year=2024"],
    "/v1/policies": ["x"],
    "/v1/contracts": ["limit=0", "cursor=x y"],
}  # fmt: skip

NAMED = [
    "/v1/incidents/{}",
    "/v1/incidents/{}/verdict",
    "/v1/contracts/{}",
    "/v1/calendars/{}",
    "/v1/policies/{}",
    "/v1/policies/tron-asoc/versions/{}",
    "/v1/events/{}",
]


@pytest.mark.parametrize("path", BAD)
def test_what_is_no_parameter_or_no_value_of_one_is_refused(office: Office, path: str) -> None:
    for query in BAD[path]:
        answer = office.get(f"{path}?{query}", "admin")
        assert answer.status_code == 422, (query, answer.text)
        assert answer.json()["problem"] in {"parameter-unusable", "cursor-unusable"}, query
        assert answer.json()["remedy"]


def test_a_refusal_names_the_parameter_and_what_is_taken_and_echoes_nothing(office: Office) -> None:
    marker = "s3cr3tmarker"
    for path in BAD:
        for query in (f"as_of={marker}", f"limit={marker}", f"{marker}%20=1", f"contract=%2F{marker}", f"by={marker}"):
            answer = office.get(f"{path}?{query}", "admin")
            assert answer.status_code == 422
            assert marker not in answer.text.replace(f"/query/{marker}", "")
    refused = office.get(f"{VERDICT}?as_of=yesterday").json()
    assert refused["pointer"] == "/query/as_of"
    assert "2024-04-26T14:30:00Z" in refused["remedy"]
    assert office.get(f"{VERDICT}?when=now").json()["pointer"] == "/query/when"


@pytest.mark.parametrize("accept", ["image/png", "application/json;q=0", "text/html, */*;q=0", "text/csv"])
def test_a_form_that_is_not_there_is_refused(office: Office, accept: str) -> None:
    answer = office.get(f"/v1/incidents/{INCIDENT}/events", headers={"Accept": accept})
    assert (answer.status_code, answer.json()["problem"]) == (406, "not-acceptable")


@pytest.mark.parametrize("accept", ["*/*", "text/html,application/xhtml+xml,*/*;q=0.8", "application/*", ""])
def test_who_takes_anything_gets_json(office: Office, accept: str) -> None:
    assert office.get("/v1/incidents", headers={"Accept": accept}).headers["content-type"] == "application/json"


@pytest.mark.parametrize("name", ["%00", "%FF", "a%2Fb", "x" * 5_000, "%F0%9F%92%A9", "INC-2021-000041%20", "%27--"])
@pytest.mark.parametrize("path", NAMED)
def test_a_strange_name_names_nothing(office: Office, path: str, name: str) -> None:
    answer = office.get(path.format(name), "admin")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
