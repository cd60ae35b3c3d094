"""The published schemas are current, valid, and say what the decoder says."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from schemas.events import TYPES
from schemas.generate import main, published
from schemas.verdicts import NotJudged
from tests.unit.schemas import examples

PUBLISHED = published()


def test_the_files_are_current() -> None:
    assert main(["--check"]) == 0


def test_a_stale_file_fails_the_check(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(PUBLISHED, "x.json", {})
    monkeypatch.setattr("schemas.generate.published", lambda: PUBLISHED)
    assert main(["--check"]) == 1
    assert capsys.readouterr().err == "stale: x.json\n"


@pytest.mark.parametrize("schema", PUBLISHED.values(), ids=PUBLISHED.keys())
def test_a_schema_is_a_schema(schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("name", TYPES)
def test_the_schema_of_a_type_takes_its_example_and_no_other_field(name: str) -> None:
    checks = Draft202012Validator(PUBLISHED[f"{name}.json"])
    wire = examples.wire(name)
    checks.validate(wire)
    assert not checks.is_valid({**wire, "colour": "red"})
    assert not checks.is_valid(examples.wire(name, colour="red"))
    assert not checks.is_valid({**wire, "type": "incident.imagined.v1"})
    for field in wire["data"]:
        assert not checks.is_valid(examples.wire(name, **{field: None}))
        assert not checks.is_valid(examples.wire(name, **{field: 1.5}))


@pytest.mark.parametrize("name", TYPES)
def test_the_canonical_schema_takes_the_stored_event_and_fields_of_later_versions(
    name: str,
) -> None:
    checks = Draft202012Validator(PUBLISHED[f"canonical/{name}.json"])
    stored = examples.stored(name)
    checks.validate(stored)
    checks.validate({**stored, "colour": "red"})
    bare = {**stored, "data": examples.wire(name)["data"], "actor": {"kind": "customer", "id": "x"}}
    assert not checks.is_valid(bare)


@pytest.mark.parametrize(
    ("field", "value", "wrong"),
    [
        ("priority", 1, "1"),
        ("occurred_at", "2031-05-05T10:00:00Z", "yesterday"),
        ("notification", {"channel": "email", "to": "a"}, {"channel": "email"}),
        ("reporter", {"name": "a", "organisation": "b"}, "a"),
        ("title", "a", 1),
    ],
)
def test_a_correction_is_checked_by_the_field_it_names(field: str, value: object, wrong: object) -> None:
    name = "incident.corrected.v1"
    checks = Draft202012Validator(PUBLISHED[f"{name}.json"])
    checks.validate(examples.wire(name, field=field, was=value, now=value))
    assert not checks.is_valid(examples.wire(name, field=field, was=value, now=wrong))


def test_a_line_without_a_verdict_is_a_line_too() -> None:
    checks = Draft202012Validator(PUBLISHED["verdict.json"])
    checks.validate(NotJudged("INC-1", 0, "RU", 2028).to_wire())
    assert not checks.is_valid({"incident": "INC-1", "as_of": "1970-01-01T00:00:00Z"})
