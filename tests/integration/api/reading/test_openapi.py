"""What the OpenAPI document says of reads is what they do: shapes, examples, parameters, statuses."""

from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator

from services.api.reading import examples
from tests.integration.api.reading.office import CONTRACT, INCIDENT, OTHERS, Office

READS = {
    "/v1/incidents": [""],
    "/v1/incidents/{incident}": [INCIDENT, "INC-2024-000001"],
    "/v1/incidents/{incident}/verdict": [INCIDENT, "INC-2024-000001"],
    "/v1/incidents/{incident}/explanation": [INCIDENT, "INC-2024-000001", "INC-2024-000002"],
    "/v1/incidents/{incident}/timeline": [INCIDENT, "INC-2024-000001"],
    "/v1/incidents/{incident}/obligations": [INCIDENT],
    "/v1/incidents/{incident}/values": [INCIDENT],
    "/v1/contracts": [""],
    "/v1/contracts/{contract}": [CONTRACT, OTHERS],
    "/v1/contracts/{contract}/values": [OTHERS],
    "/v1/events/{id}": ["63e0e193-7168-5333-9056-9bf293e16fdc"],
    "/v1/compliance": ["", "?by=contract,priority"],
    "/v1/deadlines": [""],
    "/v1/calendars": [""],
    "/v1/calendars/{calendar}": ["RU-2021"],
    "/v1/policies": [""],
    "/v1/policies/{policy}": ["tron-asoc"],
}


@pytest.fixture(scope="module")
def document(office: Office) -> dict[str, Any]:
    """The document that the server serves."""
    told: dict[str, Any] = office.json("/v1/openapi.json")
    return told


def closed(schema: Any) -> Any:
    """The schema, refusing members that it does not describe."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    told = {name: value if name in {"if", "then", "else"} else closed(value) for name, value in schema.items()}
    if "properties" in told:
        told.setdefault("additionalProperties", False)
    return told


def validator(document: dict[str, Any], path: str) -> Draft202012Validator:
    """What a read's JSON answer must be like."""
    schema = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    return Draft202012Validator({**closed(schema), "components": closed(document.get("components", {}))})


@pytest.mark.parametrize("path", READS)
def test_answers_are_as_described_down_to_the_last_member(office: Office, document: dict[str, Any], path: str) -> None:
    check = validator(document, path)
    for name in READS[path]:
        url = path.partition("{")[0] + name + path.partition("}")[2] if "{" in path else path + name
        for who in (("admin",), ("auditor", CONTRACT, OTHERS)):
            check.validate(office.json(url, *who))


@pytest.mark.parametrize("path", READS)
def test_examples_are_as_described(document: dict[str, Any], path: str) -> None:
    content = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
    validator(document, path).validate(content["example"])


def test_a_shape_that_leaves_a_member_out_would_be_found(office: Office, document: dict[str, Any]) -> None:
    check = validator(document, "/v1/incidents/{incident}")
    assert not check.is_valid({**office.json(f"/v1/incidents/{INCIDENT}"), "more": 1})


def test_the_examples_of_judging_are_what_the_server_says(office: Office) -> None:
    of = f"/v1/incidents/{INCIDENT}"
    found = office.json(f"{of}/verdict?as_of={examples.VERDICT_EXAMPLE['as_of']}")
    shown = {**examples.VERDICT_EXAMPLE, "duties": found["duties"], "position": found["position"]}
    assert shown == {**found, "asserted": shown["asserted"]}
    assert orjson.loads(examples.CLOUD_EVENT)["data"] == orjson.loads(examples.EVENT)


def test_every_read_has_a_summary_a_tag_and_its_parameters(document: dict[str, Any]) -> None:
    ids = set()
    for path in READS:
        read = document["paths"][path]["get"]
        assert read["summary"]
        assert read["tags"]
        ids.add(read["operationId"])
        for parameter in read.get("parameters", ()):
            assert parameter["in"] == "path" or {"description", "example", "schema"} <= set(parameter)
    assert len(ids) == len(READS)


def test_parameters_that_are_described_are_taken_with_their_examples(office: Office, document: dict[str, Any]) -> None:
    for path, names in READS.items():
        url = path.partition("{")[0] + names[0] + path.partition("}")[2] if "{" in path else path
        for parameter in document["paths"][path]["get"].get("parameters", ()):
            if parameter["in"] != "query" or parameter["name"] in {"cursor", "at_position"}:
                continue
            example = parameter["example"]
            assert Draft202012Validator(parameter["schema"]).is_valid(example)
            value = example[0] if isinstance(example, list) else orjson.dumps(example).decode().strip('"')
            answer = office.client.get(
                url, params={parameter["name"]: value}, headers={"Authorization": f"Bearer {office.key('admin')}"}
            )
            assert answer.status_code == 200, (url, parameter["name"], answer.text)


def test_the_statuses_that_reads_give_are_in_the_document(office: Office, document: dict[str, Any]) -> None:
    of = f"/v1/incidents/{INCIDENT}"
    seen = {
        ("/v1/incidents/{incident}", 404): "/v1/incidents/x",
        ("/v1/incidents/{incident}", 422): f"{of}?x=1",
        ("/v1/incidents/{incident}/verdict", 403): f"{of}/verdict?at_position=1",
        ("/v1/incidents/{incident}/verdict", 422): f"{of}/verdict?as_of=9999-01-01T00:00:00Z",
        ("/v1/incidents", 422): "/v1/incidents?limit=0",
        ("/v1/calendars/{calendar}", 404): "/v1/calendars/RU-1999",
        ("/v1/events/{id}", 404): "/v1/events/x",
    }
    for (path, status), url in seen.items():
        assert office.get(url, "customer", CONTRACT).status_code == status
        assert str(status) in document["paths"][path]["get"]["responses"]
