"""The example without our code: every event once also where transactions were aborted, and an end at a gap."""

import subprocess
import sys

from tests.kafka.jobs import EXAMPLES
from tests.kafka.writing import Writer, told
from tests.servers.kafka import KafkaBroker, fresh_topics

CONSOLE = EXAMPLES / "console/console.py"


def test_it_prints_every_event_once_and_stops_at_a_gap(kafka: KafkaBroker) -> None:
    fresh_topics(kafka.bootstrap)
    events = told(80)
    with (
        Writer(kafka.bootstrap) as writer,
        subprocess.Popen(
            [sys.executable, str(CONSOLE), kafka.bootstrap], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process,
    ):
        try:
            writer.publish(events[:30])
            writer.abort(events[30:50])
            writer.publish(events[30:60])
            assert process.stdout is not None
            seen = [process.stdout.readline().split() for _ in range(60)]
            assert sorted(int(line[0]) for line in seen) == list(range(1, 61))
            assert {(line[0], line[2], line[3]) for line in seen} >= {("2", "incident.opened.v1", "K-4-0")}
            missing = next(one for one in events[60:] if any(one.log == later.log for later in events[one.position :]))
            writer.publish([one for one in events[60:] if one is not missing])
            said = process.communicate(timeout=60)[1]
        finally:
            process.kill()
    assert said.startswith(f"gap in log {missing.log}: index {missing.index + 1} after {missing.index - 1}")


def test_it_is_about_twenty_lines_and_has_none_of_our_code() -> None:
    lines = [line for line in CONSOLE.read_text("utf-8").splitlines() if line and not line.startswith(("#", '"""'))]
    assert len(lines) <= 26
    assert "sla_ledger_client" not in CONSOLE.read_text("utf-8")
