"""LedgerRows against a real broker: of each key the newest row, whatever else is on the topic."""

from typing import Any

import pytest

from sla_ledger_client.kafka import LedgerRows, Row, TamperedError
from tests.kafka.reading import rows
from tests.kafka.writing import Writer


def columns(incident: str, position: int, as_of: str, **others: Any) -> dict[str, Any]:
    return {"incident": incident, "as_of_position": position, "as_of": as_of, **others}


def put(writer: Writer, *told: tuple[str, dict[str, Any]]) -> None:
    """Rows of incidents, each under its key, in one transaction."""
    writer.publish([], rows=[(writer.names.incidents, "K-1", key, row) for key, row in told])


def table(writer: Writer, **chosen: Any) -> dict[str, Row]:
    found: dict[str, Row] = {}
    with rows(writer, "incidents", until_complete=True, **chosen) as opened:
        for row in opened:
            if row.is_gone:
                del found[row.key]
            else:
                found[row.key] = row
    return found


def test_the_newest_row_of_every_key_counts_not_the_last(writer: Writer) -> None:
    put(
        writer,
        ("A", columns("A", 7, "2026-01-01T10:00:00.000000Z", n=1)),
        ("A", columns("A", 9, "2026-01-01T11:00:00.000000Z", n=2)),
        ("A", columns("A", 7, "2026-01-01T12:00:00.000000Z", n=3)),
        ("B", columns("B", 8, "2026-01-01T10:00:00Z", n=4)),
        ("B", columns("B", 8, "2026-01-01T10:00:00.500000Z", n=5)),
        ("B", columns("B", 8, "2026-01-01T10:00:00Z", n=6)),
    )
    found = table(writer)
    assert {key: row["n"] for key, row in found.items()} == {"A": 2, "B": 5}
    assert found["A"].as_of_position == 9


def test_a_row_is_given_once_also_where_it_was_published_again(writer: Writer) -> None:
    put(writer, ("A", columns("A", 7, "2026-01-01T10:00:00Z")))
    put(writer, ("A", columns("A", 7, "2026-01-01T10:00:00Z")))
    with rows(writer, "incidents", until_complete=True) as opened:
        assert [row.key for row in opened] == ["A"]


def test_a_row_that_is_no_more_is_told_where_it_was_given(writer: Writer) -> None:
    put(writer, ("A", columns("A", 7, "2026-01-01T10:00:00Z")), ("B", columns("B", 7, "2026-01-01T10:00:00Z")))
    writer._producer.begin_transaction()
    for key in (b"A", b"never-given"):
        writer._producer.send(writer.names.incidents, None, key, partition=writer.place("K-1"))
    writer._producer.commit_transaction()
    assert list(table(writer)) == ["B"]
    put(writer, ("A", columns("A", 12, "2026-01-02T10:00:00Z")))
    assert list(table(writer)) == ["B", "A"]


@pytest.mark.parametrize(
    ("key", "row"),
    [
        ("B", columns("A", 7, "2026-01-01T10:00:00Z")),
        ("A", columns("A", 7, "2026-01-01T10:00:00")),
        ("A", columns("A", 7, "yesterday")),
        ("A", {"incident": "A", "as_of_position": "7", "as_of": "2026-01-01T10:00:00Z"}),
        ("A", {"incident": "A"}),
    ],
)
def test_what_is_no_row_is_refused(writer: Writer, key: str, row: dict[str, Any]) -> None:
    put(writer, (key, row))
    with pytest.raises(TamperedError, match="is no row"):
        table(writer)


def test_there_are_rows_of_incidents_and_obligations() -> None:
    with pytest.raises(ValueError, match="incidents or obligations"):
        LedgerRows("127.0.0.1:1", "events")
