"""Measures every benchmark and writes the table of docs/benchmarks.md: `python -m benchmarks [NAME...]`.

With names only those are measured, and the page is left as it is.
"""

from __future__ import annotations

import platform
import sqlite3
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Final

from benchmarks.harness import Row

MODULES: Final = (
    "business_time", "verdicts", "worst_history", "append", "callers", "slow_disk", "stored", "http_append", "visible",
    "rebuild", "overload", "replay", "postgres", "postgres_servers", "topics",
)  # fmt: skip
PAGE: Final = Path(__file__).parents[1] / "docs" / "benchmarks.md"
BEGIN: Final = "<!-- measured: begin -->"
END: Final = "<!-- measured: end -->"


def main(names: list[str]) -> None:
    """Measure, print the table, and where everything was measured put it on the page."""
    unknown = set(names) - set(MODULES)
    if unknown:
        raise SystemExit(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(MODULES)}")
    found: dict[str, list[Row]] = {}
    for name in names or MODULES:
        print(f"measuring {name} …", file=sys.stderr)
        run: Callable[[], list[Row]] = import_module(f"benchmarks.{name}").run
        found[name] = run()
        print("\n".join(table_lines({name: found[name]})))
    if not names:
        page = PAGE.read_text()
        before, rest = page.split(BEGIN)
        after = rest.split(END)[1]
        measured = "\n".join([machine(), "", *table_lines(found)])
        PAGE.write_text(f"{before}{BEGIN}\n{measured}\n{END}{after}")


def table_lines(found: Mapping[str, list[Row]]) -> list[str]:
    """The rows as a Markdown table; a goal missed is marked in words."""
    lines = ["| what | ours | peer | ratio | goal |", "|---|---:|---:|---:|---|"]
    for rows in found.values():
        for line in rows:
            ours, peer = f"{line['ours']:.3g} {line['unit']}", f"{line['peer']:.3g} {line['unit']}"
            lines.append(f"| {line['name']} | {ours} | {peer} | {line['ratio']:.2f} | {goal(line)} |")
    return lines


def goal(line: Row) -> str:
    """The stated limit, and whether the ratio misses it."""
    if line["limit"] is None:
        return "none, for comparison"
    more_is_better = line["unit"].endswith("/s")
    missed = line["ratio"] < line["limit"] if more_is_better else line["ratio"] > line["limit"]
    return f"{'at least' if more_is_better else 'at most'} {line['limit']:g}{', **missed**' if missed else ''}"


def machine() -> str:
    """What the figures were measured on."""
    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.machine(),
    )
    return (
        f"Measured {datetime.now(UTC):%Y-%m-%d} on {model}, {platform.system()} {platform.release().split('-')[0]}, "
        f"Python {platform.python_version()}, the system's SQLite {sqlite3.sqlite_version}."
    )


if __name__ == "__main__":
    main(sys.argv[1:])
