"""The command line: `sla-ledger COMMAND …`.

One file a command group; `application` lists them. Exit codes: 0 fine, 1 the answer to the question asked is no, 2
usage or bad input, 3 an incident could not be judged, 4 the ledger or its storage stands in the way, 5 a fault of this
program, 130 interrupted, 141 the reader of the output went away.
"""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from typer.exceptions import Abort, TyperException
from typer.main import get_command

from schemas.problems import LedgerError
from services.cli.application import app
from services.cli.failures import (
    INTERRUPTED,
    PIPE_CLOSED,
    report_error,
    report_fault,
    report_usage,
)
from services.cli.help import PROGRAM
from services.cli.language import choose_language
from services.cli.talk import set_language
from services.settings import Settings

__all__ = ["app", "main", "run"]


def main() -> None:
    """Run the command of this process's arguments and end the process with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        code = _close_pipe()
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run the command that the arguments name; returns its exit code. Errors are reported, never raised."""
    as_json = "--json" in arguments
    traceback = False
    try:
        set_language(choose_language((), os.environ)[0])
        language, rest = choose_language(arguments, os.environ)
        set_language(language)
        traceback = Settings.read().traceback
        returned = get_command(app).main(rest, prog_name=PROGRAM, standalone_mode=False)
    except TyperException as error:
        return report_usage(error, PROGRAM, as_json=as_json)
    except LedgerError as error:
        return report_error(error, as_json=as_json)
    except (KeyboardInterrupt, Abort):
        return INTERRUPTED
    except SystemExit as ended:
        if isinstance(ended.__context__, BrokenPipeError):  # Typer's own answer to it would be exit code 1
            return _close_pipe()
        raise
    except Exception as fault:
        if traceback:
            raise
        return report_fault(fault, as_json=as_json)
    return returned if isinstance(returned, int) else 0


def _close_pipe() -> int:
    """Let the interpreter's own flush at exit go nowhere, so that a reader that left is not complained about."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return PIPE_CLOSED
