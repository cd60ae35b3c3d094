"""How an error reaches its reader: what is wrong, what to do next, an exit code; never a traceback for bad input.

With `--json` the error is one object on stderr in the manner of RFC 9457 (problem details), with the exit code, the
parameters and the remedy as further members.
"""

import json
import sys
from typing import Any, Final

from typer.exceptions import TyperException

from schemas.problems import BadArgument, InternalError, LedgerError
from services.cli.talk import error_console, explained, text

__all__ = ["INTERRUPTED", "PIPE_CLOSED", "report_error", "report_fault", "report_usage"]

INTERRUPTED: Final = 130
PIPE_CLOSED: Final = 141
"""What a shell shows for a process ended by SIGINT and by SIGPIPE."""

_EXPLANATIONS: Final = frozenset({"found", "reason", "why"})
_URN: Final = "urn:sla-ledger:problem:"


def report_error(error: LedgerError, *, as_json: bool) -> int:
    """Tell what the error is and what to do about it; returns the exit code."""
    exit_code = int(error.problem.exit_code)
    sys.stdout.flush()
    if as_json:
        _print_object(problem_details(error))
    else:
        _print_person(error)
    return exit_code


def report_usage(error: TyperException, program: str, *, as_json: bool) -> int:
    """Tell what is wrong with the command line; returns the exit code."""
    refused = BadArgument(argument=program, reason=_usage(error))
    return report_error(refused, as_json=as_json)


def _usage(error: TyperException) -> str:
    match type(error).__name__:
        case "NoSuchOption":
            return text("usage-no-such-option", option=vars(error)["option_name"])
        case "MissingParameter":
            parameter = vars(error)["param"]
            return text("usage-missing", name=parameter.metavar or parameter.opts[0])
        case _:
            return error.format_message().strip()


def report_fault(fault: Exception, *, as_json: bool) -> int:
    """Tell that the program itself is at fault, and how to see where; returns the exit code."""
    reason = f"{type(fault).__name__}: {fault}".strip(": ")
    code = report_error(InternalError(reason=reason), as_json=as_json)
    if not as_json:
        error_console().print(text("error-trace-hint"), soft_wrap=True)
    return code


def problem_details(error: LedgerError) -> dict[str, Any]:
    """The error as an object in the manner of RFC 9457, texts in the language spoken."""
    problem = error.problem
    details: dict[str, Any] = {
        "type": f"{_URN}{problem.name}",
        "title": text(f"{problem.name}.title"),
        "status": problem.status,
        "detail": _message(error),
        "problem": problem.name,
        "remedy": _remedy(error),
        "exit_code": int(problem.exit_code),
        "params": {name: _encodable(value) for name, value in error.params.items()},
    }
    if error.pointer is not None:
        details["pointer"] = error.pointer
    if "line" in error.params:
        details["line"] = error.params["line"]
    return details


def _message(error: LedgerError) -> str:
    return text(error.key, **{name: _translated(name, value) for name, value in error.params.items()})


def _encodable(value: Any) -> Any:
    """A parameter as JSON takes it: a path that is no text in UTF-8 becomes one with visible escapes."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value


def _translated(name: str, value: Any) -> Any:
    """A parameter that is an explanation, phrase by phrase in the language spoken; what has no translation stays."""
    if name not in _EXPLANATIONS or not isinstance(value, str):
        return value
    return explained(value)


def _remedy(error: LedgerError) -> str:
    return text(f"{error.key}.remedy", **error.params)


def _print_person(error: LedgerError) -> None:
    line = error.params.get("line")
    parts = [
        None if line is None else text("error-line", line=line),
        error.pointer,
        _message(error),
    ]
    told = text("error-told", message=": ".join(filter(None, parts)), name=error.key)
    console = error_console()
    console.print(told, style="bold red", soft_wrap=True)
    console.print(text("error-remedy", remedy=_remedy(error)), soft_wrap=True)


def _print_object(details: dict[str, Any]) -> None:
    sys.stderr.write(json.dumps(details, ensure_ascii=False, default=str) + "\n")
