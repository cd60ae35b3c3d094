"""The habits of the code base that no linter checks, each with a control that must be caught."""

import ast
import re
from collections.abc import Callable, Iterator

import pytest

from tests.checkout import ROOT, tracked_files

MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 70
GENERATED = {ROOT / "docs/cli.md", ROOT / "services/client/sla_ledger_client/errors.py"}
WRITTEN_BY_HAND = {".ftl", ".go", ".md", ".py", ".sh", ".sql", ".toml", ".yml"}

# Put together here, so that this file does not contain what it forbids.
FORBIDDEN = [
    *(re.escape("/" + folder + "/") for folder in ("home", "root", "work", "Users")),
    *(re.escape("/tmp/" + name) + r"\b" for name in ("plan", "v")),
    *(
        re.escape(".".join(host))
        for host in (
            ("pypi", "org"),
            ("pythonhosted", "org"),
            ("proxy", "golang", "org"),
            ("sum", "golang", "org"),
            ("registry", "npmjs", "org"),
            ("docker", "io"),
            ("ghcr", "io"),
            ("quay", "io"),
        )
    ),
    r"\bissue" + r"[ #]+\d",
    r"\bTO" + r"DO\b|\bFIX" + r"ME\b",
]

Check = Callable[[str], Iterator[str]]


def is_too_long(text: str) -> Iterator[str]:
    lines = text.count("\n")
    if lines > MAX_FILE_LINES:
        yield f"{lines} lines, at most {MAX_FILE_LINES}"


def has_long_functions(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            lines = node.end_lineno - node.lineno + 1
            if lines > MAX_FUNCTION_LINES:
                yield f"{node.name}: {lines} lines, at most {MAX_FUNCTION_LINES}"


def offers_untidily(text: str) -> Iterator[str]:
    """What `__all__` lists is there, once, constants before classes before functions."""
    module = ast.parse(text)
    for statement in module.body:
        if not (isinstance(statement, ast.Assign) and _names(statement.targets) == ["__all__"]):
            continue
        offered: list[str] = ast.literal_eval(statement.value)
        if offered != sorted(set(offered), key=_rank):
            yield f"__all__ is not sorted: {offered}"
        for name in sorted(set(offered) - set(_defined(module.body))):
            yield f"__all__ names {name}, which is not there"


def _rank(name: str) -> tuple[bool, bool, str]:
    return (not name.isupper(), not name[:1].isupper(), name)


def _names(targets: list[ast.expr]) -> list[str]:
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _defined(body: list[ast.stmt]) -> Iterator[str]:
    for statement in body:
        match statement:
            case ast.Assign(targets=targets):
                yield from _names(targets)
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                yield from (alias.asname or alias.name for alias in names)
            case ast.If(body=body, orelse=orelse) | ast.Try(body=body, orelse=orelse):
                yield from _defined(body + orelse)
            case _:
                pass


def speaks_of_other_things(text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), start=1):
        for pattern in FORBIDDEN:
            if found := re.search(pattern, line):
                yield f"line {number}: {found[0]}"


def complaints(check: Check, *suffixes: str) -> list[str]:
    found = []
    for path in tracked_files():
        if suffixes and (path.suffix not in suffixes or path in GENERATED):
            continue
        text = path.read_text(encoding="utf-8")
        found += [f"{path.relative_to(ROOT)}: {complaint}" for complaint in check(text)]
    return found


def test_no_file_outgrows_its_reader() -> None:
    assert complaints(is_too_long, *WRITTEN_BY_HAND) == []


def test_every_function_fits_a_screen() -> None:
    assert complaints(has_long_functions, ".py") == []


def test_what_a_module_offers_is_there_and_sorted() -> None:
    assert complaints(offers_untidily, ".py") == []


def test_the_repository_speaks_of_the_product_alone() -> None:
    assert complaints(speaks_of_other_things) == []


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (is_too_long, "x = 1\n" * (MAX_FILE_LINES + 1)),
        (has_long_functions, "class A:\n  def f(self):\n" + "    x = 1\n" * MAX_FUNCTION_LINES),
        (offers_untidily, '__all__ = ["b", "a"]\na = b = 1\n'),
        (offers_untidily, '__all__ = ["a", "a"]\na = 1\n'),
        (offers_untidily, '__all__ = ["a", "b"]\na = 1\n'),
        (speaks_of_other_things, "a = '/" + "root/ledger.db'\n"),
        (speaks_of_other_things, "https://files." + "pythonhosted" + ".org/x.whl\n"),
    ],
)
def test_a_breach_is_caught(check: Check, text: str) -> None:
    assert list(check(text)) != []


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (is_too_long, "x = 1\n" * MAX_FILE_LINES),
        (has_long_functions, "def f():\n" + "    x = 1\n" * (MAX_FUNCTION_LINES - 1)),
        (offers_untidily, '__all__ = ["ALL", "B", "a"]\nfrom x import B\nALL = 1\ndef a(): ...\n'),
        (offers_untidily, '__all__ = ["a"]\nif x:\n    import a\nelse:\n    import b as a\n'),
        (speaks_of_other_things, "tmpfs: /tmp\n"),
    ],
)
def test_what_is_within_bounds_is_let_through(check: Check, text: str) -> None:
    assert list(check(text)) == []
