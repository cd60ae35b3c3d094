"""`sla-ledger db`: the database of a ledger: its roles, its tables' version, whether it holds what it must."""

from typing import Annotated

import typer

from ledger.checking import check_record
from ledger.drivers.urls import is_postgres, masked, migrate, open_recorder
from ledger.recorder import Check
from schemas.problems import BadArgument, ExitCode
from services.bootstrap import storage_options
from services.cli.options import AsJson, Database, database_url
from services.cli.progress import progress
from services.cli.talk import harmless, print_answer, print_json, print_line, print_whole, text
from services.locks import writer_lock

__all__ = ["check", "migrate_tables", "roles"]


def roles(
    *,
    apply: Annotated[bool, typer.Option("--apply")] = False,
    prefix: Annotated[str, typer.Option("--prefix", metavar="NAME")] = "sla_ledger",
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Print the statements that make the three roles, or with --apply run them."""
    url = database_url(database)
    if not is_postgres(url):
        raise BadArgument(argument="--database", reason="roles are PostgreSQL's; for SQLite a file's permissions stand")
    from ledger.drivers.postgres.roles import apply_roles, role_statements  # noqa: PLC0415  (libpq, where it is used)

    options = storage_options(url)
    if apply:
        print_answer("db-roles-made", as_json=as_json, **apply_roles(url, masked(url), prefix, options))
        return
    statements = role_statements(url, masked(url), prefix, options)
    if as_json:
        print_json({"statements": statements})
    else:
        print_whole("\n\n".join(statements))


def migrate_tables(*, database: Database = None, as_json: AsJson = False) -> None:
    """Bring the tables of an older version up to date."""
    url = database_url(database)
    with writer_lock(url):
        done = migrate(url, storage_options(url))
    print_answer(
        "db-migrated" if done.found < done.version else "db-current",
        as_json=as_json,
        database=masked(url),
        found=done.found,
        version=done.version,
        events=done.events,
        chain=done.chain.hex(),
    )


def check(*, database: Database = None, as_json: AsJson = False) -> int:
    """Compute anew what can be, and look at what the database is set to; 1 where something is not as it must be."""
    url = database_url(database)
    recorder = open_recorder(url, storage_options(url))
    try:
        with progress("db-checking", recorder.head().count) as told:
            found = list(check_record(recorder, told))
    finally:
        recorder.close()
    is_sound = all(one.is_sound for one in found)
    if as_json:
        print_json({"sound": is_sound, "checks": [_wire(one) for one in found]})
    else:
        for one in found:
            told_as = text("db-check-sound" if one.is_sound else "db-check-unsound")
            print_line(harmless(f"{told_as}  {one.about}: {one.found}").encode())
    return ExitCode.FINE if is_sound else ExitCode.ANSWER_IS_NO


def _wire(one: Check) -> dict[str, object]:
    return {"about": one.about, "sound": one.is_sound, "found": one.found}
