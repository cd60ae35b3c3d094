"""`sla-ledger export` and `restore`: the ledger's own bytes out, and back into a ledger that is the same one."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from ledger.drivers.urls import masked
from schemas.problems import BadArgument
from services.bootstrap import open_ledger
from services.cli.options import STDIN, AsJson, Database, database_url, opened_events
from services.cli.progress import progress
from services.cli.talk import print_answer, say, warn
from services.exporting import Export
from services.files import write_file, write_lines
from services.locks import writer_lock
from services.manifest import read_manifest
from services.restoring import Restoration

__all__ = ["export", "restore"]

ManifestFile = Annotated[Path | None, typer.Option("--manifest", metavar="FILE")]
PersonalFile = Annotated[Path | None, typer.Option("--personal", metavar="FILE")]


def export(
    file: Annotated[str, typer.Argument(metavar="FILE")] = STDIN,
    *,
    manifest: ManifestFile = None,
    personal: PersonalFile = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Write the canonical events, the manifest beside them, and the values where asked for."""
    del as_json  # the events are JSON in any case; the option turns errors into JSON too
    url = database_url(database)
    with open_ledger(url) as ledger:
        begun = Export(ledger, masked(url))
        if file == STDIN:
            for line in begun.lines():
                sys.stdout.buffer.write(line + b"\n")
            sys.stdout.buffer.flush()
        else:
            write_lines(Path(file), begun.lines())
        beside = manifest or _manifest_beside(file)
        if beside is None:
            warn("export-no-manifest")
        else:
            write_file(beside, begun.manifest().to_bytes())
            say("export-manifest", file=str(beside))
        if personal is not None:
            count = write_lines(personal, begun.personal(), private=True)
            say("export-personal", file=str(personal), count=count)
        say("export-done", count=begun.head.count, chain=begun.head.chain.hex())


def restore(
    file: Annotated[str, typer.Argument(metavar="FILE")],
    *,
    manifest: ManifestFile = None,
    personal: PersonalFile = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Make a ledger that has the export's id, name, positions and bytes."""
    url = database_url(database)
    beside = manifest or _manifest_beside(file)
    if beside is None:
        raise BadArgument(argument="--manifest", reason="--manifest FILE")
    said = read_manifest(beside)
    if personal is None:
        warn("restore-no-values")
    with opened_events(file) as events:
        restoration = Restoration(events, said, personal)
        with progress("restore-checking", said.count) as told:
            restoration.check(told)
        with writer_lock(url), restoration.into(url) as ledger:
            print_answer(
                "restore-done",
                as_json=as_json,
                database=masked(url),
                ledger=ledger.identity.ledger_id,
                provider=ledger.identity.provider,
                events=ledger.head().count,
                chain=ledger.head().chain.hex(),
            )


def _manifest_beside(file: str) -> Path | None:
    """Where the manifest of a file lies unless something else is said."""
    return None if file == STDIN else Path(f"{file}.manifest.json")
