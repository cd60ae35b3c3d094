"""`sla-ledger serve`: the product as a server, on one SQLite file."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from ledger.application import Ledger
from ledger.drivers.urls import masked
from services.cli.options import AsJson, Database
from services.cli.talk import error_console, print_line, say, warn
from services.collecting import set_aside
from services.logging import Log, open_log
from services.settings import Settings

__all__ = ["serve"]


def serve(
    *,
    host: Annotated[str | None, typer.Option("--host", metavar="ADDRESS", envvar="SLA_LEDGER_HOST")] = None,
    port: Annotated[
        int | None, typer.Option("--port", metavar="PORT", min=0, max=65_535, envvar="SLA_LEDGER_PORT")
    ] = None,
    tls_cert: Annotated[
        Path | None, typer.Option("--tls-cert", metavar="FILE", envvar="SLA_LEDGER_TLS_CERT_FILE")
    ] = None,
    tls_key: Annotated[Path | None, typer.Option("--tls-key", metavar="FILE", envvar="SLA_LEDGER_TLS_KEY_FILE")] = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Serve until a signal ends it."""
    from services.serving import is_loopback, opened_server  # noqa: PLC0415  (half a second that no other command needs)

    del as_json  # the log is JSON in any case; the option turns errors into JSON too
    settings = Settings.read(database_url=database, host=host, port=port, tls_cert_file=tls_cert, tls_key_file=tls_key)
    log = open_log(settings.log_level, sys.stderr.buffer, traces=settings.traceback)
    with opened_server(settings, log) as serving:
        if settings.tls_cert_file is None and not is_loopback(settings.host):
            _tell(log, "serve-without-tls", warning=True, host=settings.host)
        _make_first_key(serving.api.ledger, log)

        def begun() -> None:
            position, shown = serving.api.ledger.head().count, masked(settings.database_url)
            _tell(log, "serve-listening", database=shown, address=serving.address, position=position)

        set_aside()
        serving.run(begun=begun, ending=lambda: _tell(log, "serve-stopping"))
    _tell(log, "serve-stopped")


def _make_first_key(ledger: Ledger, log: Log) -> None:
    """Whoever starts the first server of a ledger gets the key that everything else begins with."""
    if not ledger.keyring.all():
        print_line(ledger.keyring.create(role="admin").text.encode("ascii"))
        sys.stdout.flush()
        _tell(log, "serve-admin-key")


def _tell(log: Log, name: str, *, warning: bool = False, **facts: Any) -> None:
    """Tell a person at a terminal in words, and whoever collects the log in its own form."""
    if error_console().is_terminal:
        (warn if warning else say)(name, **facts)
    else:
        (log.warning if warning else log.info)(name.removeprefix("serve-"), **facts)
