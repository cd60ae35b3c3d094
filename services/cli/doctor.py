"""`sla-ledger doctor`: what this installation is made of, and what is wrong with it."""

import os

from rich.table import Table
from rich.text import Text

from schemas.problems import ExitCode
from services.cli.options import AsJson, Database, database_url
from services.cli.talk import print_json, print_rich, text
from services.diagnosis import Finding, diagnose

__all__ = ["doctor"]


def doctor(*, database: Database = None, as_json: AsJson = False) -> int:
    """Look at versions, SQLite, settings, packages and the ledger; 1 where something is wrong."""
    findings = list(diagnose(database_url(database), os.environ))
    if as_json:
        print_json({"findings": [finding.to_wire() for finding in findings], "sound": _sound(findings)})
    else:
        print_rich(_table(findings))
    return ExitCode.FINE if _sound(findings) else ExitCode.ANSWER_IS_NO


def _sound(findings: list[Finding]) -> bool:
    return all(finding.advice is None for finding in findings)


def _table(findings: list[Finding]) -> Table:
    table = Table.grid(padding=(0, 2))
    for _ in ("mark", "about", "found"):
        table.add_column(overflow="fold")
    for finding in findings:
        mark = Text("✓", "green") if finding.advice is None else Text("✗", "bold red")
        said = Text(finding.found)
        if finding.advice is not None:
            said.append(f"\n→ {text(finding.advice, found=finding.found)}", "yellow")
        table.add_row(mark, text(f"doctor-{finding.about}"), said)
    return table
