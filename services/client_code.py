"""What of the client's code is made from other code: its error classes, and the client that waits.

    sla_ledger_client/errors.py   from the catalogue of problems, a class each
    sla_ledger_client/client.py   from async_client.py, by leaving out what awaits

`python -m services.client_code` writes both, `--check` compares and exits 1 when one is stale.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from schemas.problem import LedgerError, Problem
from schemas.problems import CATALOGUE

__all__ = ["FOLDER", "made", "main", "waiting"]

FOLDER: Final = Path(__file__).resolve().parent / "client" / "sla_ledger_client"

_FAMILIES: Final[Mapping[int, str]] = {
    401: "NotPermitted",
    403: "NotPermitted",
    404: "NotFound",
    409: "Conflict",
    412: "StateDiffers",
    413: "TooLong",
    422: "Unprocessable",
    428: "StateDiffers",
    503: "Unavailable",
    507: "Unavailable",
}
_BASES: Final = (
    "Conflict",
    "Failed",
    "KeyStoreUnusable",
    "LedgerClientError",
    "LedgerProblem",
    "NotFound",
    "NotPermitted",
    "Refused",
    "StateDiffers",
    "TooLong",
    "Unavailable",
    "Unprocessable",
    "Unreachable",
    "WriteDiffers",
)
_ABOVE: Final[Mapping[str, str]] = {
    "Unreachable": "LedgerClientError",
    "KeyStoreUnusable": "LedgerClientError",
    "WriteDiffers": "LedgerClientError",
    "LedgerProblem": "LedgerClientError",
    "Refused": "LedgerProblem",
    "NotPermitted": "Refused",
    "NotFound": "Refused",
    "Conflict": "Refused",
    "StateDiffers": "Refused",
    "TooLong": "Refused",
    "Unprocessable": "Refused",
    "Failed": "LedgerProblem",
    "Unavailable": "Failed",
}
# A parameter of these problems that programs decide by.
_PARTICULARS: Final[Mapping[str, tuple[str, str]]] = {
    "InvalidInput": ("reason", "Why the input is malformed: an entry of the table of reasons."),
    "RuleBroken": ("rule", "The rule of the life cycle that is broken."),
}
# In their order: the longer name before the one that it contains.
_WAITING: Final = (
    ("The client that awaits", "The client that waits"),
    ("with httpx and asyncio", "with httpx and the clock"),
    ("`client.py` is made from this file by", "Made from `async_client.py`, which is the file to change, by"),
    ("many tasks of one loop; close it, or use it in an `async with`", "many threads; close it, or use it in a `with`"),
    ("await asyncio.to_thread(step.act)", "step.act()"),
    ("await asyncio.sleep(", "time.sleep("),
    ("import asyncio", "import time"),
    ("for item in page.items:\n                yield item", "yield from page.items"),
    ("for item in reader.hear(chunk):\n                            yield item", "yield from reader.hear(chunk)"),
    ("httpx.AsyncBaseTransport", "httpx.BaseTransport"),
    ("httpx.AsyncClient", "httpx.Client"),
    ("AsyncLedgerClient", "LedgerClient"),
    ("AsyncFeed", "Feed"),
    ("AsyncIterator", "Iterator"),
    ("__aenter__", "__enter__"),
    ("__aexit__", "__exit__"),
    ("__aiter__", "__iter__"),
    ("aiter_bytes", "iter_bytes"),
    ("aclose", "close"),
    ("async ", ""),
    ("await ", ""),
)


def made() -> dict[Path, str]:
    """Each file that is made, with what it should hold."""
    source = (FOLDER / "async_client.py").read_text(encoding="utf-8")
    return {FOLDER / "errors.py": "\n".join(_errors()) + "\n", FOLDER / "client.py": waiting(source)}


def waiting(source: str) -> str:
    """The code that waits, of code that awaits."""
    for awaiting, replacement in _WAITING:
        source = source.replace(awaiting, replacement)
    return source


def _errors() -> Iterator[str]:
    classes = {_class_name(CATALOGUE[name]): CATALOGUE[name] for name in sorted(CATALOGUE)}
    yield "# ruff: noqa: E501  (texts stand as the catalogue has them)"
    yield "# fmt: off"
    yield '"""The errors of the ledger\'s catalogue, a class each. Made by `python -m services.client_code`.'
    yield ""
    yield from _tree("LedgerClientError", classes, "    ")
    yield '"""'
    yield ""
    yield "from sla_ledger_client.problem import ("
    yield from (f"    {name}," for name in _BASES)
    yield ")"
    yield ""
    yield "__all__ = ["
    yield from (f'    "{name}",' for name in sorted([*_BASES, *classes]))
    yield "]"
    for name, problem in classes.items():
        yield from _class(name, problem)


def _class(name: str, problem: Problem) -> Iterator[str]:
    yield from ("", "")
    yield f'class {name}({_family(problem.status)}, name="{problem.name}"):'
    yield f'    """{problem.title}."""'
    yield ""
    yield f"    catalogued = ({problem.status}, {_quoted(problem.title)}, {_quoted(problem.remedy)})"
    if name in _PARTICULARS:
        particular, meaning = _PARTICULARS[name]
        yield ""
        yield "    @property"
        yield f"    def {particular}(self) -> str | None:"
        yield f'        """{meaning}"""'
        yield f'        return self.particular("{particular}")'


def _tree(name: str, classes: Mapping[str, Problem], indent: str) -> Iterator[str]:
    yield f"{indent}{name}"
    families = [child for child, parent in _ABOVE.items() if parent == name]
    children = [*families, *(child for child, problem in classes.items() if _family(problem.status) == name)]
    for child in children:
        is_last = child == children[-1]
        first, *rest = _tree(child, classes, "")
        yield f"{indent}{'└── ' if is_last else '├── '}{first}"
        yield from (f"{indent}{'    ' if is_last else '│   '}{line}" for line in rest)


def _family(status: int) -> str:
    return _FAMILIES.get(status, "Refused" if 400 <= status < 500 else "Failed")


def _class_name(problem: Problem) -> str:
    (kind,) = (kind for kind in _kinds(LedgerError) if vars(kind).get("problem") is problem)
    return kind.__name__


def _kinds(base: type[LedgerError]) -> Iterator[type[LedgerError]]:
    for kind in base.__subclasses__():
        yield kind
        yield from _kinds(kind)


def _quoted(text: str) -> str:
    return f"'{text}'" if '"' in text else f'"{text}"'


def main() -> int:
    """Write the files, or with `--check` say which are stale; the exit code."""
    stale = {path: text for path, text in made().items() if not path.exists() or path.read_text("utf-8") != text}
    if "--check" not in sys.argv[1:]:
        for path, text in stale.items():
            path.write_text(text, encoding="utf-8")
        return 0
    for path in stale:
        sys.stderr.write(f"stale: {path.name}: run python -m services.client_code\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
