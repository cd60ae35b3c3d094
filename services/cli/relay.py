"""`sla-ledger relay`: publishes the ledger to Kafka, tells how far it is, proves the topics equal to the ledger."""

import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir
from threading import Event
from typing import Annotated, Any, Final

import typer

from schemas.operation_problems import KafkaUnreachable
from schemas.problems import BadArgument, ExitCode
from schemas.topics import topics
from schemas.verdicts import print_micros
from services.bootstrap import open_ledger
from services.cli.options import AsJson, Database
from services.cli.progress import progress
from services.cli.talk import harmless, print_answer, print_json, print_whole, text
from services.collecting import set_aside
from services.logging import open_log
from services.settings import Settings

__all__ = ["republish", "run", "status", "verify"]

Servers = Annotated[
    str | None,
    typer.Option("--bootstrap-servers", metavar="HOST:PORT", envvar="SLA_LEDGER_KAFKA_BOOTSTRAP_SERVERS"),
]
_VERSION: Final = re.compile(r"v(?P<number>[1-9][0-9]{0,3})")
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def run(
    *,
    until_caught_up: Annotated[bool, typer.Option("--until-caught-up")] = False,
    bootstrap_servers: Servers = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Publish what the ledger records until a signal ends it."""
    settings = Settings.read(database_url=database, kafka_bootstrap_servers=bootstrap_servers)
    _run(settings, settings.kafka_topics_version, until_caught_up=until_caught_up, as_json=as_json)


def status(*, bootstrap_servers: Servers = None, database: Database = None, as_json: AsJson = False) -> int:
    """Tell how far the topics go, how far behind the ledger that is, and who publishes; 1 where nobody does."""
    from services.kafka.connecting import KafkaConnection  # noqa: PLC0415  (a moment that no other command needs)
    from services.kafka.standing import standing  # noqa: PLC0415

    settings = Settings.read(database_url=database, kafka_bootstrap_servers=bootstrap_servers)
    connection = KafkaConnection.of(settings)
    with open_ledger(settings.database_url) as ledger, connection.errors():
        found = standing(ledger, connection.options(), settings.kafka_topics_version)
    if as_json:
        print_json(found.to_wire())
    else:
        print_whole(text("relay-status", **{**found.to_wire(), "as_of": print_micros(found.as_of) or "—"}))
    return ExitCode.FINE if found.holder else ExitCode.ANSWER_IS_NO


def verify(*, bootstrap_servers: Servers = None, database: Database = None, as_json: AsJson = False) -> int:
    """Prove that the topics are equal to the ledger, up to their last position record; 1 where they are not."""
    from services.kafka.connecting import KafkaConnection  # noqa: PLC0415  (a moment that no other command needs)
    from services.kafka.verifying import verify as compared  # noqa: PLC0415

    settings = Settings.read(database_url=database, kafka_bootstrap_servers=bootstrap_servers)
    connection = KafkaConnection.of(settings)
    with (
        open_ledger(settings.database_url) as ledger,
        connection.errors(),
        progress("relay-verifying", ledger.head().count) as told,
    ):
        found = compared(ledger, connection.options(), topics(settings.kafka_topics_version), told)
    if as_json:
        print_json(
            {
                "position": found.position,
                "as_of": print_micros(found.as_of),
                "events": found.events,
                "rows": found.rows,
                "differing": found.count,
                "differences": [one._asdict() for one in found.differences],
            }
        )
    else:
        name = "relay-differs" if found.count else "relay-equal"
        print_whole(text(name, position=found.position, events=found.events, rows=found.rows, count=found.count))
        for one in found.differences:
            print_whole(f"  {harmless(one.topic)}: {harmless(one.place)}: {harmless(one.what)}")
    return ExitCode.ANSWER_IS_NO if found.count else ExitCode.FINE


def republish(
    *,
    to: Annotated[str, typer.Option("--to", metavar="vN")],
    bootstrap_servers: Servers = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Make the topics of another version and publish everything into them."""
    from services.kafka.connecting import KafkaConnection  # noqa: PLC0415  (a moment that no other command needs)
    from services.kafka.topics import make_topics, plans  # noqa: PLC0415

    version = _version(to)
    settings = Settings.read(database_url=database, kafka_bootstrap_servers=bootstrap_servers)
    with open_ledger(settings.database_url):
        make_topics(KafkaConnection.of(settings), plans(settings, version))
    _run(settings, version, until_caught_up=True, as_json=as_json)


def _version(given: str) -> int:
    """The version that an option names as `vN`. Raises BadArgument."""
    match = _VERSION.fullmatch(given)
    if match is None:
        raise BadArgument(argument="--to", reason=f"{given} (v2, v3, …)")
    return int(match["number"])


def _run(settings: Settings, version: int, *, until_caught_up: bool, as_json: bool) -> None:
    from services.kafka.connecting import KafkaConnection  # noqa: PLC0415  (a moment that no other command needs)
    from services.kafka.lease import held  # noqa: PLC0415
    from services.kafka.relay import Relay, RelayOptions  # noqa: PLC0415
    from services.kafka.topics import require_topics  # noqa: PLC0415

    connection = KafkaConnection.of(settings)
    log = open_log(settings.log_level, sys.stderr.buffer, traces=settings.traceback)
    try:
        require_topics(connection, settings, version)
    except KafkaUnreachable:
        log.warning("kafka-unreachable")  # it may come: the relay waits for it
    with open_ledger(settings.database_url) as ledger, _stopped_by_signals() as stopping:
        options = RelayOptions(
            servers=connection.address,
            state=settings.relay_state or Path(gettempdir(), "sla-ledger-relay"),
            version=version,
            patience_seconds=settings.relay_patience_seconds,
            stopping=stopping,
        )
        with held(ledger.registry, version, settings.relay_lease_seconds) as lease:
            head = ledger.head().count
            with progress("relay-publishing", head) as shown:
                set_aside()
                relay = Relay(
                    ledger,
                    lease,
                    options,
                    log,
                    told=lambda published: shown(published.position),
                    preparing=shown,
                )
                relay.run(until_caught_up=until_caught_up)
    position, head, records = relay.published
    print_answer("relay-ended", as_json=as_json, position=position, behind=head - position, records=records)


@contextmanager
def _stopped_by_signals() -> Iterator[Event]:
    """What SIGTERM and SIGINT set while it lasts; a second one of a kind does not wait."""
    stopping = Event()
    before: dict[signal.Signals, Any] = {}

    def heed(number: int, _frame: object) -> None:
        stopping.set()
        signal.signal(number, before[signal.Signals(number)])

    for one in _SIGNALS:
        before[one] = signal.signal(one, heed)
    try:
        yield stopping
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
