"""What the server says of its work: JSON on stderr, one object a line, of requests and of the server itself.

No line holds anything that a request or an event said: no body, no path, no query, no key, no address, no message of an
exception, which may quote what it met. A caller is a key's public prefix or a pseudonym.
"""

import logging
import sys
from contextlib import suppress
from pathlib import Path
from traceback import extract_tb
from typing import Any, BinaryIO, Final, cast

import orjson
import structlog
from structlog.typing import EventDict, FilteringBoundLogger, Processor, WrappedLogger

__all__ = ["TAKEN_OVER", "Log", "open_log"]

Log = FilteringBoundLogger

TAKEN_OVER: Final = ("uvicorn", "asyncio", "concurrent.futures", "psycopg")
"""Other libraries' loggers, whose warnings and faults go to the same stream in the same form."""


def open_log(level: str, stream: BinaryIO, *, traces: bool = False) -> Log:
    """The log that writes to a stream; with `traces` faults are shown whole, whatever they quote."""
    shape: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.format_exc_info if traces else _place_of_fault,
    ]
    last = structlog.processors.JSONRenderer(serializer=_json)
    lines = structlog.BytesLogger(cast("BinaryIO", _Stream(stream)))
    _take_over(level, _Lines(lines, shape, last))
    wrapped = structlog.wrap_logger(
        lines,
        processors=[*shape, last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
    )
    log: Log = wrapped.bind()  # as it is it would be put together anew for each line
    return log


class _Stream:
    """Where lines go. One that takes none, on a full disk or closed, stops nobody: what they tell of has happened."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, line: bytes) -> None:
        with suppress(OSError, ValueError):
            self._stream.write(line)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            self._stream.flush()


class _Lines(logging.Handler):
    """Writes the standard library's records as lines of the log: their template without its arguments."""

    def __init__(self, log: structlog.BytesLogger, shape: list[Processor], last: Processor) -> None:
        super().__init__()
        self._log = log
        self._processors = [*shape, last]

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        said: Any = {"event": str(record.msg), "logger": record.name, "exc_info": record.exc_info}
        for process in self._processors:
            said = process(self._log, record.levelname.lower(), said)
        self._log.msg(said)


def _take_over(level: str, handler: logging.Handler) -> None:
    for name in TAKEN_OVER:
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level.upper()]))
        logger.propagate = False


def _place_of_fault(_logger: WrappedLogger, _method: str, said: EventDict) -> EventDict:
    """A fault as its type and the lines of code it went through, innermost last."""
    found = said.pop("exc_info", None)
    fault = found[1] if isinstance(found, tuple) else sys.exc_info()[1] if found else None
    if fault is not None:
        said["fault"] = type(fault).__name__
        through = extract_tb(fault.__traceback__)
        said["through"] = [f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in through]
    return said


def _json(said: Any, **_options: Any) -> bytes:
    return orjson.dumps(said, default=str)
