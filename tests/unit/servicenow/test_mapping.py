"""The mapping file: what it must hold, and how a mistake in one is named."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from schemas.problems import MappingUnusable
from services.importing.mapping import SHIPPED, load_mapping, parse_mapping

TEXT = (files("services.importing") / "mappings" / "servicenow.toml").read_text(encoding="utf-8")


def _refusal(text: str) -> str:
    with pytest.raises(MappingUnusable) as refused:
        parse_mapping(text.encode(), "mine.toml")
    return str(refused.value)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_mappings_load_by_name(name: str) -> None:
    assert load_mapping(name).name == name


def test_a_copy_loads_by_its_path(tmp_path: Path) -> None:
    copy = tmp_path / "mine.toml"
    copy.write_text(TEXT.replace('"premium"', '"basic"'), encoding="utf-8")
    assert load_mapping(str(copy)).contract.level == "basic"


def test_a_name_that_is_no_mapping_tells_those_shipped(tmp_path: Path) -> None:
    with pytest.raises(MappingUnusable, match="shipped mappings: servicenow"):
        load_mapping(str(tmp_path / "service-later"))


def test_every_entry_of_the_shipped_mapping_is_commented() -> None:
    lines = TEXT.splitlines()
    entries = [place for place, line in enumerate(lines) if re.match(r"\w+ = ", line)]
    tables_with_one_comment = {"[engineer]", "[contract.licence]", "[[contract.contacts]]"}
    for place in entries:
        above = lines[place - 1]
        block = next(line for line in reversed(lines[:place]) if line.startswith("["))
        assert above.startswith("#") or block in tables_with_one_comment, lines[place]


@pytest.mark.parametrize(
    ("entry", "wrong", "named"),
    [
        ('delimiter = ","', 'delimiter = "::"', "file.delimiter"),
        ('delimiter = ","', "", "file.delimiter"),
        ('delimiter = ","', 'delimter = ","', "file.delimiter"),
        ('encoding = "utf-8-sig"', 'encoding = "utf-88"', "no text encoding 'utf-88'"),
        ('"%d/%m/%Y %H:%M"', '"%d/%m/%Y"', "file.date_format"),
        ('"%d/%m/%Y %H:%M"', '"%d/%m/%Y %H:%M %z"', "belongs in utc_offset"),
        ('"%d/%m/%Y %H:%M"', '"%d/%m/%Y %H:%M %"', "file.date_format"),
        ('utc_offset = "+03:00"', 'utc_offset = "MSK"', "file.utc_offset"),
        ('new = ["New"]', 'new = ["New", "Active"]', "'Active' stands in the lists twice"),
        ('new = ["New"]', "new = []", "states.new"),
        ('"1 - Critical" = 1', '"1 - Critical" = 5', "priorities.1 - Critical"),
        ('"Phone" = "phone"', '"Phone" = "Phone"', "channels.Phone"),
        ("'Updated by +([0-9]+)'", "'Updated by +[0-9]+'", "one group"),
        ("'Updated by +([0-9]+)'", "'Updated by ('", "not a regular expression"),
        ('id = "SERVICENOW-2016"', 'id = "provider"', "contract.id"),
        ('id = "SERVICENOW-2016"', 'id = "INC-2016-000001"', "contract.id"),
        ('id = "SERVICENOW-2016"', 'id = "a b"', "contract.id"),
        ('"2016-01-01T12:00:00+03:00"', '"2016-01-01T12:00:00"', "no offset"),
        ('jurisdiction = "RU"', 'jurisdiction = "Russia"', "contract.jurisdiction"),
        ('until = "2017-12-31"', 'until = "2017-02-30"', "contract.licence.until"),
        ("[contract]", "[contract]\nlevle = 1", "contract.levle"),
        ("[file]", "name = 1\n[file]", "name: there is no such entry"),
        ("[file]", "[file", "file:"),
    ],
)
def test_a_mistake_is_refused_with_the_entry_and_the_reason(entry: str, wrong: str, named: str) -> None:
    assert entry in TEXT
    message = _refusal(TEXT.replace(entry, wrong, 1))
    assert "mine.toml" in message
    assert named in message


def test_a_file_too_large_to_be_a_mapping_is_refused() -> None:
    assert "longer than" in _refusal("#" * (1024 * 1024 + 1))


def test_a_file_that_is_no_text_is_refused() -> None:
    with pytest.raises(MappingUnusable, match="it is not UTF-8"):
        parse_mapping(b"\xff", "mine.toml")
