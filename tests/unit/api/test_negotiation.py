"""The caller gets what it likes best of what there is, or is told what there is."""

import pytest

from schemas.problems import http_problems
from services.api.negotiation import negotiate

OFFERED = ("application/x-ndjson", "text/event-stream", "application/cloudevents+json")


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, OFFERED[0]),
        ("", OFFERED[0]),
        ("*/*", OFFERED[0]),
        ("application/*", OFFERED[0]),
        ("text/*", OFFERED[1]),
        ("text/event-stream", OFFERED[1]),
        ("TEXT/Event-Stream", OFFERED[1]),
        ("text/event-stream; charset=utf-8", OFFERED[1]),
        ("text/html, application/cloudevents+json;q=0.5", OFFERED[2]),
        ("application/x-ndjson;q=0.1, application/cloudevents+json;q=0.2", OFFERED[2]),
        ("*/*;q=0.1, text/event-stream", OFFERED[1]),
        ("application/*;q=0, */*", OFFERED[1]),
        ("application/x-ndjson;q=0, application/*", OFFERED[2]),
        ("application/x-ndjson;q=1.0,text/event-stream;q=1", OFFERED[0]),
        ("application/x-ndjson; q=2, text/event-stream; q=0.001", OFFERED[1]),
    ],
)
def test_the_best_one_is_chosen(accept: str | None, chosen: str) -> None:
    assert negotiate(accept, OFFERED) == chosen


@pytest.mark.parametrize("accept", ["text/html", "*/*;q=0", "application/x-ndjson;q=nan", ",", "*", "ndjson", ";q=1"])
def test_what_there_is_not_is_not_acceptable(accept: str) -> None:
    with pytest.raises(http_problems.NotAcceptable) as caught:
        negotiate(accept, OFFERED)
    assert caught.value.params["allowed"] == ", ".join(OFFERED)
