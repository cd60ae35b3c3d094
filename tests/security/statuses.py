"""Which statuses were seen at which routes of the OpenAPI document, by all the runs together."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from tests.security.asking import Asked
from tests.security.fuzzing import Fuzzed
from tests.security.hostile import Hostile

__all__ = ["Status", "declared", "observed"]

Status = tuple[str, str, int]
"""A method, a path as the document has it, and a status."""


def declared(document: Mapping[str, Any]) -> set[Status]:
    """What the document says that its routes may answer."""
    return {
        (method.upper(), path, int(status))
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        for status in operation["responses"]
    }


def observed(document: Mapping[str, Any], hostile: Hostile, asked: Asked, fuzzed: Iterable[Fuzzed]) -> set[Status]:
    """What the routes of the document did answer; what is asked elsewhere, or is no HTTP, is none of theirs."""
    forms = {path: re.compile(re.sub(r"\{\w+\}", "[^/]+", path)) for path in document["paths"]}
    seen = {(cell.method, cell.path, reply.status) for cell, _, reply in asked.cells}
    seen |= {(method, path, reply.status) for _, method, path, reply in asked.faulty}
    seen |= {(method, path, reply.status) for method, path, reply in asked.provoked}
    for method, asked_path, status in (*_of_corpus(hostile), *(one for run in fuzzed for one in run.seen)):
        for path, form in forms.items():
            if method.lower() in document["paths"][path] and form.fullmatch(asked_path):
                seen.add((method, path, status))
    return seen


def _of_corpus(hostile: Hostile) -> Iterator[Status]:
    for outcome in hostile.outcomes:
        if not outcome.case.raw:
            target = outcome.case.target.decode("latin-1").partition("?")[0]
            for reply in outcome.replies:
                yield outcome.case.method.decode(), unquote(target), reply.status
