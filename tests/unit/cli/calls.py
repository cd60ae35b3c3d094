"""The command line called in this process, with what it wrote to either stream."""

import io
import os
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import orjson

from services.cli import run

__all__ = ["Answer", "call"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call came to: exit code, data (stdout), talk (stderr)."""

    code: int
    data: bytes
    talk: str

    @property
    def text(self) -> str:
        """The data as text."""
        return self.data.decode("utf-8")

    @property
    def lines(self) -> list[Any]:
        """The data as JSON values, one a line."""
        return [orjson.loads(line) for line in self.data.splitlines()]

    @property
    def problem(self) -> Any:
        """The error that was told as a JSON object on stderr, after warnings if there are any."""
        return orjson.loads(self.talk.splitlines()[-1])


def call(*arguments: object, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> Answer:
    """Call `sla-ledger` with the arguments, in an environment of its own: no settings, the locale C."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SLA_", "LC_", "LANG"))}
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with (
        patch.dict(os.environ, {**kept, "LANG": "C", **(env or {})}, clear=True),
        patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        code = run([str(argument) for argument in arguments])
    for stream in (out, err):
        stream.flush()
    return Answer(code, _written(out), _written(err).decode("utf-8"))


def _written(stream: io.TextIOWrapper) -> bytes:
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue()
