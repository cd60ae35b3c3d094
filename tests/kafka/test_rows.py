"""The rows on the topics are what `evaluate` prints, and tell of a deadline as it passes."""

import json
from pathlib import Path

import pytest

from ledger.application import Ledger
from tests.kafka.independent import Read, read
from tests.kafka.office import Office
from tests.kafka.relaying import options, relay_once, verified
from tests.properties.again import assert_is_what_evaluate_prints, evaluated
from tests.properties.read_model import recorded_in
from tests.properties.test_read_model import lines_of
from tests.scale import scaled
from tests.servers.kafka import KafkaBroker, fresh_topics

SEEDS = range(100, 100 + scaled(30, minimum=3))


@pytest.mark.parametrize("seed", SEEDS)
def test_every_row_of_an_obligation_ever_sent_is_what_evaluate_prints(
    seed: int, kafka: KafkaBroker, tmp_path: Path
) -> None:
    names = fresh_topics(kafka.bootstrap, version=2_000 + seed, partitions=2)
    recorded_in(tmp_path, lines_of(seed)).close()
    url = f"sqlite:///{tmp_path}/ledger.db"
    relay_once(url, options(kafka.bootstrap, tmp_path / "state", version=2_000 + seed, most_events=4))
    sent = [json.loads(one.value) for one in read(kafka.bootstrap, [names.obligations]) if one.value is not None]
    assert sent
    with Ledger.open(url) as ledger:
        for row in sent:
            assert_is_what_evaluate_prints(row, evaluated(ledger, row))
    found = verified(url, kafka.bootstrap, names)
    assert found.count == 0, found.differences


def test_a_gap_in_the_work_that_shows_only_later_is_as_of_the_event_that_began_it(
    kafka: KafkaBroker, tmp_path: Path
) -> None:
    """The answer changes nothing at its own instant; a microsecond later the work is missing under one more reading."""
    names = fresh_topics(kafka.bootstrap, version=4_000, partitions=2)
    office = Office(tmp_path, 40, seed=7)
    office.record_all()
    relay_once(office.url, options(kafka.bootstrap, tmp_path / "state", version=4_000))
    sent = [json.loads(one.value) for one in read(kafka.bootstrap, [names.obligations]) if one.value is not None]
    late = [row for row in sent if row["obligation"] == "continuous-work" and row["as_of"].endswith("00.000001Z")]
    assert late, "there are such gaps in these histories"
    with Ledger.open(office.url) as ledger:
        for row in late:
            assert_is_what_evaluate_prints(row, evaluated(ledger, row))


@pytest.mark.parametrize("seed", SEEDS)
def test_no_row_is_sent_that_says_nothing_new(seed: int, kafka: KafkaBroker, tmp_path: Path) -> None:
    names = fresh_topics(kafka.bootstrap, version=3_000 + seed, partitions=2)
    recorded_in(tmp_path, lines_of(seed)).close()
    url = f"sqlite:///{tmp_path}/ledger.db"
    relay_once(url, options(kafka.bootstrap, tmp_path / "state", version=3_000 + seed, most_events=1))
    last: dict[tuple[str, str], Read] = {}
    for record in read(kafka.bootstrap, [names.incidents, names.obligations]):
        before = last.get((record.topic, record.key))
        assert before is None or before.value != record.value, record.key
        last[record.topic, record.key] = record
