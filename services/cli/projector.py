"""`sla-ledger projector`: one of the processes that make the rows of the read model from the topic."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from ledger.drivers.urls import is_postgres
from schemas.problems import BadArgument
from services.bootstrap import open_ledger
from services.cli.options import AsJson, Database
from services.cli.progress import progress
from services.cli.talk import print_answer
from services.logging import Log, open_log
from services.projecting import open_views
from services.settings import Settings

if TYPE_CHECKING:
    from services.kafka.projecting import TopicProjecting

__all__ = ["projector"]

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)
_TELLS_SECONDS: Final = 10.0


def projector(
    *,
    source: Annotated[Literal["kafka"], typer.Option("--from")],
    bootstrap_servers: Annotated[
        str | None,
        typer.Option("--bootstrap-servers", metavar="HOST:PORT", envvar="SLA_LEDGER_KAFKA_BOOTSTRAP_SERVERS"),
    ] = None,
    until_caught_up: Annotated[bool, typer.Option("--until-caught-up")] = False,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Make rows from the topic until a signal ends it."""
    from projections.store.postgres import PostgresReadModel  # noqa: PLC0415  (only where it is used, as the next)
    from services.kafka.connecting import KafkaConnection  # noqa: PLC0415
    from services.kafka.projecting import TopicProjecting  # noqa: PLC0415

    del source
    settings = Settings.read(database_url=database)
    if not is_postgres(settings.database_url):
        raise BadArgument(argument="--database", reason="rows are made from Kafka in PostgreSQL alone")
    connection = KafkaConnection.of(settings, bootstrap_servers)
    log = open_log(settings.log_level, sys.stderr.buffer, traces=settings.traceback)
    with open_ledger(settings.database_url) as ledger:
        views = open_views(settings.database_url)
        assert isinstance(views, PostgresReadModel)
        try:
            projecting = TopicProjecting(ledger, views, connection, settings.kafka_topics_version, log)
            head = ledger.head().count
            with _ended_by_signals(projecting), progress("projector-progress", head) as shown:
                position = projecting.run(until_caught_up=until_caught_up, told=_Told(shown, log, head))
        finally:
            views.close()
    print_answer("projector-ended", as_json=as_json, position=position)


class _Told:
    """Shows how far the rows of this process are: on a terminal by a bar, in the log from time to time."""

    def __init__(self, shown: Callable[[int], None], log: Log, head: int) -> None:
        self._shown = shown
        self._log = log
        self._head = head
        self._told_at = monotonic()

    def __call__(self, position: int) -> None:
        self._shown(position)
        if position < self._head and monotonic() - self._told_at > _TELLS_SECONDS:
            self._told_at = monotonic()
            self._log.info("catching-up", position=position, head=self._head)


@contextmanager
def _ended_by_signals(projecting: "TopicProjecting") -> Iterator[None]:
    """SIGTERM and Ctrl-C end it after the transaction at hand; a second signal does not wait."""

    def end(number: int, _frame: object) -> None:
        signal.signal(number, before[signal.Signals(number)])
        projecting.stop()

    before = {one: signal.signal(one, end) for one in _SIGNALS}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
