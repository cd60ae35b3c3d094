"""The log: JSON, one object a line, without a word of what a request or an exception said."""

import errno
import io
import logging
import sys
from typing import Any

import orjson
import pytest

from services.logging import open_log

SAID = "Ivanova asked for help"


def lines(stream: io.BytesIO) -> list[dict[str, Any]]:
    """What was written."""
    return [orjson.loads(line) for line in stream.getvalue().splitlines()]


def fail() -> None:
    raise ValueError(SAID)


def test_a_line_is_its_facts() -> None:
    stream = io.BytesIO()
    open_log("info", stream).info("request", route="/healthz", status=200)
    (line,) = lines(stream)
    assert line.pop("at").endswith("Z")
    assert line == {"event": "request", "level": "info", "route": "/healthz", "status": 200}


def test_what_is_less_severe_than_asked_for_is_left_out() -> None:
    stream = io.BytesIO()
    log = open_log("warning", stream)
    log.info("request")
    log.warning("without-tls")
    assert [line["event"] for line in lines(stream)] == ["without-tls"]


def test_a_fault_is_its_type_and_place_and_not_its_message() -> None:
    stream = io.BytesIO()
    log = open_log("info", stream)
    try:
        fail()
    except ValueError:
        log.exception("fault")
    (line,) = lines(stream)
    assert line["fault"] == "ValueError"
    assert line["through"][-1].endswith(" fail")
    assert SAID.encode() not in stream.getvalue()


def test_a_fault_is_shown_whole_where_that_is_asked_for() -> None:
    stream = io.BytesIO()
    log = open_log("info", stream, traces=True)
    try:
        fail()
    except ValueError:
        log.error("fault", exc_info=sys.exc_info())  # noqa: G201
    assert SAID in lines(stream)[0]["exception"]


@pytest.mark.parametrize("name", ["uvicorn", "uvicorn.error", "asyncio"])
def test_other_libraries_warn_in_the_same_form_by_their_template(name: str) -> None:
    stream = io.BytesIO()
    open_log("info", stream)
    logger = logging.getLogger(name)
    logger.info("not of interest")
    try:
        fail()
    except ValueError:
        logger.exception("Fault while serving %s", SAID)
    (line,) = lines(stream)
    assert (line["event"], line["logger"], line["fault"]) == ("Fault while serving %s", name, "ValueError")
    assert SAID.encode() not in stream.getvalue()


class Full(io.BytesIO):
    """A stream on a disk that is full."""

    def flush(self) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")


def closed() -> io.BytesIO:
    stream = io.BytesIO()
    stream.close()
    return stream


@pytest.mark.parametrize("stream", [Full(), closed()])
def test_a_stream_that_takes_nothing_disturbs_neither_us_nor_the_library_that_logs(stream: io.BytesIO) -> None:
    open_log("info", stream).info("request")
    logging.getLogger("psycopg").warning("error ignored terminating %r", SAID)


def test_what_cannot_be_encoded_is_written_as_text() -> None:
    stream = io.BytesIO()
    open_log("info", stream).info("odd", value=object)
    assert lines(stream)[0]["value"] == "<class 'object'>"
