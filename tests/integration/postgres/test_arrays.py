"""Packed columns reach PostgreSQL as what they were packed of."""

from collections.abc import Sequence
from contextlib import closing
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from ledger.drivers.postgres.arrays import pack, register

COLUMNS: Sequence[tuple[str, Sequence[Any]]] = (
    ("bigint", [1, -1, 0, 2**63 - 1, -(2**63)]),
    ("text", ["", "a", "Иванова", "{},\"\\' NULL", "\U0001f600"]),
    ("bytea", [b"", b"\0\xff", bytes(70_000)]),
    ("boolean", [True, False]),
)


@pytest.mark.parametrize(("kind", "values"), COLUMNS, ids=[kind for kind, _ in COLUMNS])
def test_what_was_packed_arrives(postgres_url: str, kind: str, values: Sequence[Any]) -> None:
    with closing(psycopg.connect(postgres_url)) as connection:
        register(connection)
        row = connection.execute(f"SELECT pg_typeof(%b)::text, %b::{kind}[]".encode(), [pack(values)] * 2).fetchone()
    assert row == (f"{kind}[]", list(values))


def test_text_is_cast_to_what_the_statement_says(postgres_url: str) -> None:
    names = [str(uuid4()) for _ in range(3)]
    with closing(psycopg.connect(postgres_url)) as connection:
        register(connection)
        assert connection.execute("SELECT %b::uuid[]::text[]", [pack(names)]).fetchone() == (names,)
