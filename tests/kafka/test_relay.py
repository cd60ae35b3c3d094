"""What the relay publishes is the record and its rows, to the letter, however often it is broken off in good order."""

import json
from pathlib import Path
from random import Random

import orjson

from benchmarks.histories import history
from ledger.application import Ledger
from projections.store.sqlite.model import SqliteReadModel
from schemas.chain import GENESIS, extend
from schemas.decode import decode_proposal
from schemas.instants import parse_instant, to_micros
from services.bootstrap import found_ledger
from tests.kafka.independent import (
    CHECKPOINTS,
    EVENTS,
    INCIDENTS,
    OBLIGATIONS,
    assert_events_are_the_ledgers,
    latest,
    positions,
    projected,
    read,
)
from tests.kafka.office import Office
from tests.kafka.relaying import options, relay_once, verified
from tests.properties.read_model import recorded_in
from tests.properties.test_read_model import lines_of
from tests.servers.kafka import KafkaBroker, fresh_topics


def assert_topics_are_the_ledgers(url: str, servers: str, folder: Path) -> None:
    """By another client, and by code of the tests' own: the events, the rows, the position record."""
    records = read(servers, [EVENTS, INCIDENTS, OBLIGATIONS, CHECKPOINTS])
    with Ledger.open(url) as ledger:
        *_, last = positions([one for one in records if one.topic == CHECKPOINTS])
        head = ledger.head()
        assert last["ledger"] == ledger.identity.ledger_id
        assert last["position"] == last["count"] == head.count
        assert last["chain"] == head.chain.hex()
        assert_events_are_the_ledgers(ledger, [one for one in records if one.topic == EVENTS], 6, head.count)
        views = SqliteReadModel(folder / "expected.db", create=True)
        views.reset()
        incidents, obligations = projected(ledger, views, head.count, to_micros(parse_instant(last["as_of"])))
        views.close()
    assert latest([one for one in records if one.topic == INCIDENTS]) == incidents
    assert latest([one for one in records if one.topic == OBLIGATIONS]) == obligations


def test_the_topics_have_all_of_the_record_and_its_rows(kafka: KafkaBroker, tmp_path: Path) -> None:
    fresh_topics(kafka.bootstrap)
    office = Office(tmp_path, 120)
    office.record_all()
    published = relay_once(office.url, options(kafka.bootstrap, tmp_path / "state", most_events=100))
    assert published.position == published.head > 600
    assert_topics_are_the_ledgers(office.url, kafka.bootstrap, tmp_path)
    found = verified(office.url, kafka.bootstrap)
    assert (found.count, found.events) == (0, published.head), found.differences
    assert found.rows > 200


def test_rows_lie_in_the_partition_of_their_events_and_at_their_time(kafka: KafkaBroker, tmp_path: Path) -> None:
    fresh_topics(kafka.bootstrap)
    office = Office(tmp_path, 30)
    office.record_all()
    relay_once(office.url, options(kafka.bootstrap, tmp_path / "state"))
    records = read(kafka.bootstrap, [EVENTS, INCIDENTS, OBLIGATIONS])
    partitions = {one.key: one.partition for one in records if one.topic == EVENTS}
    for record in records:
        if record.topic != EVENTS:
            assert record.value is not None
            row = json.loads(record.value)
            assert record.partition == partitions[row["contract"]]
            assert record.millis == to_micros(parse_instant(row["as_of"])) // 1000
            assert record.headers == []


def test_every_position_record_has_the_chain_of_the_events_it_covers(kafka: KafkaBroker, tmp_path: Path) -> None:
    fresh_topics(kafka.bootstrap)
    office = Office(tmp_path, 40)
    office.record_all()
    relay_once(office.url, options(kafka.bootstrap, tmp_path / "state", most_events=20))
    told = list(positions(read(kafka.bootstrap, [CHECKPOINTS])))
    assert len(told) > 5
    chains = [GENESIS.hex()]
    with Ledger.open(office.url) as ledger:
        for row in ledger.rows():
            chains.append(extend(bytes.fromhex(chains[-1]), row.state).hex())
    assert all(one["chain"] == chains[one["position"]] for one in told)
    assert [one["position"] for one in told] == sorted(one["position"] for one in told)
    assert [one["as_of"] for one in told] == sorted(one["as_of"] for one in told)


def test_a_restart_publishes_nothing_that_is_there(kafka: KafkaBroker, tmp_path: Path) -> None:
    fresh_topics(kafka.bootstrap)
    office = Office(tmp_path, 40)
    office.record_all()
    first = relay_once(office.url, options(kafka.bootstrap, tmp_path / "state", most_events=50))
    again = relay_once(office.url, options(kafka.bootstrap, tmp_path / "state"))
    elsewhere = relay_once(office.url, options(kafka.bootstrap, tmp_path / "another state"))
    assert first.records > 0
    assert (again.records, elsewhere.records) == (0, 0)
    assert again.position == first.position


def test_it_goes_on_whether_its_rows_are_there_behind_or_lost(kafka: KafkaBroker, tmp_path: Path) -> None:
    fresh_topics(kafka.bootstrap)
    office, random = Office(tmp_path, 60), Random(7)
    states = [tmp_path / "one", tmp_path / "two"]
    while office.record(40):
        relay_once(office.url, options(kafka.bootstrap, random.choice(states), most_events=15))
    assert_topics_are_the_ledgers(office.url, kafka.bootstrap, tmp_path)
    assert verified(office.url, kafka.bootstrap).count == 0


def test_histories_taken_in_as_files_in_any_order_have_the_rows_of_a_rebuild(
    kafka: KafkaBroker, tmp_path: Path
) -> None:
    for seed in (1, 3, 4, 5):
        fresh_topics(kafka.bootstrap)
        folder = tmp_path / str(seed)
        folder.mkdir()
        recorded_in(folder, lines_of(seed)).close()
        url = f"sqlite:///{folder}/ledger.db"
        relay_once(url, options(kafka.bootstrap, folder / "state", most_events=3))
        found = verified(url, kafka.bootstrap)
        assert found.count == 0, found.differences
        assert_topics_are_the_ledgers(url, kafka.bootstrap, folder)


def test_a_ledger_in_postgresql_is_published_the_same(kafka: KafkaBroker, postgres_url: str, tmp_path: Path) -> None:
    fresh_topics(kafka.bootstrap)
    with found_ledger(postgres_url) as ledger:
        for _ in ledger.import_(decode_proposal(orjson.dumps(line)) for line in history(40)):
            pass
    given = options(kafka.bootstrap, tmp_path / "state", most_events=30)
    assert [relay_once(postgres_url, given).records > 0 for _ in range(2)] == [True, False]
    assert_topics_are_the_ledgers(postgres_url, kafka.bootstrap, tmp_path)
    found = verified(postgres_url, kafka.bootstrap)
    assert found.count == 0, found.differences
