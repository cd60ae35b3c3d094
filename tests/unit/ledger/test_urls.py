"""Which database a URL names, and what is shown of it: never a password."""

from pathlib import Path

import pytest

import ledger.drivers.postgres.recorder as recorder_module
from ledger.drivers.queries import load_queries
from ledger.drivers.urls import is_postgres, is_sqlite, masked

SHOWN = {
    "sqlite:///a:b@c.db": "sqlite:///a:b@c.db",
    "postgresql://db.example/ledger": "postgresql://db.example/ledger",
    "postgresql://sla@db.example:5432/ledger": "postgresql://sla@db.example:5432/ledger",
    "postgresql://sla:hush@db.example/ledger": "postgresql://sla:***@db.example/ledger",
    "postgres://sla:h%40ush@db.example/ledger?sslmode=verify-full": (
        "postgres://sla:***@db.example/ledger?sslmode=verify-full"
    ),
    "postgresql://sla:hu@sh@db.example/ledger": "postgresql://sla:***@db.example/ledger",
    "postgresql://sla:hu/sh@db.example/ledger": "postgresql://sla:***@db.example/ledger",
    "postgresql://db/ledger?user=sla&password=hush": "postgresql://db/ledger?user=sla&password=***",
    "postgresql://db/ledger?PASSWORD=hush&x=1": "postgresql://db/ledger?PASSWORD=***&x=1",
    "postgresql://db/ledger?sslpassword=hush": "postgresql://db/ledger?sslpassword=***",
    "mysql://sla:hush@db/ledger": "mysql://sla:***@db/ledger",
}


@pytest.mark.parametrize("url", SHOWN)
def test_a_password_is_never_shown(url: str) -> None:
    assert masked(url) == SHOWN[url]
    assert masked(masked(url)) == masked(url)
    assert "hush" not in masked(url)


def test_a_url_names_one_kind_of_database() -> None:
    for url in SHOWN:
        assert is_postgres(url) + is_sqlite(url) == (not url.startswith("mysql"))


def test_every_query_of_the_postgres_driver_is_used() -> None:
    package = Path(recorder_module.__file__).parent
    source = "".join(file.read_text("utf-8") for file in package.glob("*.py"))
    for file in ("queries.sql", "registry.sql", "session.sql", "surroundings.sql", "migrating.sql"):
        for name in load_queries("ledger.drivers.postgres", file):
            assert f'"{name}"' in source, f"{file}: {name}"
