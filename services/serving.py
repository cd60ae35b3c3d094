"""The composition root of a server: what it is made of, how it begins, and how it ends.

It begins at once, while its read model still comes to the ledger's head, and ends, on SIGTERM or SIGINT, once what it
has taken is answered: a commit is never broken off, those who wait for news are let go, and what comes meanwhile is
told to come back. A second signal of the same kind does not wait.
"""

import math
import signal
import socket
import ssl
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from typing import Final

import uvicorn

from ledger.application import Ledger
from ledger.drivers.urls import is_sqlite
from ledger.group_commit import Committed, GroupCommit, Observer
from projections.store import ReadModel
from schemas.operation_problems import SettingUnusable
from schemas.problems import BadArgument, LedgerError
from services.api.application import create_app
from services.api.following import Following
from services.api.impatience import ImpatientProtocol
from services.api.oidc import open_oidc
from services.api.state import Api
from services.bootstrap import open_ledger
from services.locks import writer_lock
from services.logging import Log
from services.metrics import Metrics
from services.projecting import Projecting, open_views
from services.projecting_apart import ProjectingApart
from services.settings import Settings
from services.tracing import Tracer, open_tracer

__all__ = ["Serving", "is_loopback", "opened_server"]

_KEEP_ALIVE_SECONDS: Final = 30
_PATIENCE_SECONDS: Final = 2.0
"""How long a reader waits for rows that are being made."""
_SHARED_POLL_SECONDS: Final = 0.05
"""How often the head is looked up for readers of the feed, where several servers record in one database."""
_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


class Serving:
    """A server that is ready to run: its parts, and the socket it is bound to."""

    def __init__(self, api: Api, tracer: Tracer, listener: socket.socket) -> None:
        """Take what `opened_server` has made."""
        self.api = api
        self._tracer = tracer
        self._listener = listener

    @property
    def address(self) -> str:
        """Where it listens, as a URL."""
        host, port = self._listener.getsockname()[:2]
        scheme = "http" if self.api.settings.tls_cert_file is None else "https"
        return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"

    def run(self, *, begun: Callable[[], None], ending: Callable[[], None]) -> None:
        """Serve until a signal ends it; call back once it listens, and once it takes nothing new."""
        settings = self.api.settings
        app = create_app(self.api, self._tracer)
        config = uvicorn.Config(
            app,
            http=ImpatientProtocol,
            loop="uvloop",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=math.ceil(settings.drain_seconds),
            ssl_certfile=settings.tls_cert_file,
            ssl_keyfile=settings.tls_key_file,
        )

        def stop() -> None:
            self.api.stopping = True
            self.api.following.stop()
            ending()

        _Server(config, begun, stop).run(sockets=[self._listener])
        app.tell()


@contextmanager
def opened_server(settings: Settings, log: Log) -> Iterator[Serving]:
    """Bind, open the ledger, where it lies in a file as its one writer, and begin to bring the read model up to it.

    Raises NoLedgerHere, LedgerLocked with the first writer's process id, BadArgument where the address is taken,
    SettingUnusable, PartMissing.
    """
    check_tls(settings)
    with ExitStack() as stack:
        tracer = open_tracer(settings.tracing)
        stack.callback(tracer.close)
        listener = stack.enter_context(bound(settings.host, settings.port))
        ledger = stack.enter_context(open_ledger(settings.database_url))
        stack.enter_context(writer_lock(settings.database_url))
        ledger.settle()
        api = stack.enter_context(_assembled(ledger, settings, log, tracer))
        yield Serving(api, tracer, listener)


@contextmanager
def _assembled(ledger: Ledger, settings: Settings, log: Log, tracer: Tracer) -> Iterator[Api]:
    with ExitStack() as stack:
        views = open_views(settings.database_url)
        stack.callback(views.close)
        ledger.when_closing(views.close)
        projecting = stack.enter_context(_projecting(ledger, views, settings, log))
        projecting.start()
        metrics = Metrics()
        shared = {} if is_sqlite(settings.database_url) else {"poll_seconds": _SHARED_POLL_SECONDS}
        following = Following(lambda: ledger.head().count, **shared)
        metrics.watch(projection_lag=projecting.lag, feed_readers=lambda: following.readers)
        api = Api(
            ledger=ledger,
            commits=GroupCommit(ledger, _Told(metrics, following, projecting, tracer)),
            views=views,
            projecting=projecting,
            settings=settings,
            following=following,
            metrics=metrics,
            log=log,
            oidc=open_oidc(settings, ledger),
        )
        stack.callback(api.writer.shutdown)
        yield api


def _projecting(ledger: Ledger, views: ReadModel, settings: Settings, log: Log) -> Projecting:
    if settings.projector == "thread":
        return Projecting(ledger, views, patience_seconds=_PATIENCE_SECONDS)
    return ProjectingApart(
        ledger,
        views,
        settings.database_url,
        patience_seconds=_PATIENCE_SECONDS,
        ended=lambda code: log.error("projector-ended", code=code),
    )


class _Told(Observer):
    """Tells of each commit whoever has to know."""

    def __init__(self, metrics: Metrics, following: Following, projecting: Projecting, tracer: Tracer) -> None:
        self._metrics = metrics
        self._following = following
        self._projecting = projecting
        self._tracer = tracer

    def committed(self, group: Committed) -> None:
        self._following.committed(group.head)
        self._projecting.notify(group.head)
        self._metrics.committed(group)
        with self._tracer.span("commit") as span:
            span.tell(asdict(group))

    def refused(self, error: LedgerError) -> None:
        self._metrics.refused(error)


class _Server(uvicorn.Server):
    """uvicorn's server; a signal ends it in good order, with the exit code 0."""

    def __init__(self, config: uvicorn.Config, begun: Callable[[], None], ending: Callable[[], None]) -> None:
        super().__init__(config)
        self._begun = begun
        self._ending = ending

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._begun()

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Heed the signals as long as it runs; uvicorn itself would raise them once more at the end."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {one: signal.signal(one, self.handle_exit) for one in _SIGNALS}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End; told here and not by the signal's handler, which may come upon a lock that its own thread holds."""
        self._ending()
        await super().shutdown(sockets)


@contextmanager
def bound(host: str, port: int) -> Iterator[socket.socket]:
    """A socket bound to an address, at which nobody listens yet. Raises BadArgument."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise BadArgument(argument="--host", reason=f"{host}: {error.strerror}") from None
    with socket.socket(family, kind, protocol) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
        except OSError as error:
            raise BadArgument(argument="--port", reason=f"{host}:{port}: {error.strerror}") from None
        yield listener


def is_loopback(host: str) -> bool:
    """Whether an address is reached from this machine alone."""
    return host in {"localhost", "::1"} or host.startswith("127.")


def check_tls(settings: Settings) -> None:
    """Raise SettingUnusable where the certificate and its key cannot be used."""
    if settings.tls_cert_file is None or settings.tls_key_file is None:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(settings.tls_cert_file, settings.tls_key_file)
    except OSError as error:
        reason = error.strerror or "it does not fit the certificate"
        raise SettingUnusable(setting="SLA_LEDGER_TLS_KEY_FILE", reason=reason) from None
