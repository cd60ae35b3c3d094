"""`serve` as a process: how it begins, what it refuses, what it says, how it ends."""

import json
import signal
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.integration.cli.processes import COMMAND, environment
from tests.unit.cli.calls import call

PATIENCE_SECONDS = 60


@dataclass
class Served:
    """A server that runs, with what it has written."""

    process: subprocess.Popen[bytes]
    out: Path
    err: Path

    @property
    def key(self) -> str:
        """The key that the first start has printed."""
        return self.out.read_text().strip()

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What was logged."""
        return [json.loads(line) for line in self.err.read_bytes().splitlines()]

    def line(self, event: str) -> dict[str, Any]:
        """The first line about an event, waited for."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            for line in self.err.read_bytes().splitlines(keepends=True):
                if line.endswith(b"\n") and json.loads(line).get("event") == event:
                    found: dict[str, Any] = json.loads(line)
                    return found
            assert self.process.poll() is None or time.monotonic() > deadline, self.err.read_text()
            assert time.monotonic() < deadline, self.err.read_text()
            time.sleep(0.02)

    def get(self, path: str, key: str | None = None, context: ssl.SSLContext | None = None) -> tuple[int, bytes]:
        """Status and body of what lies at a path."""
        request = urllib.request.Request(self.line("listening")["address"] + path)
        if key is not None:
            request.add_header("Authorization", f"Bearer {key}")
        try:
            with urllib.request.urlopen(request, timeout=30, context=context) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read()

    def stop(self, with_signal: int = signal.SIGTERM) -> int:
        """The exit code after a signal."""
        self.process.send_signal(with_signal)
        return self.process.wait(PATIENCE_SECONDS)


@contextmanager
def serving(url: str, folder: Path, *arguments: object, variables: Mapping[str, str] | None = None) -> Iterator[Served]:
    """A server of a ledger at a port that the system chooses."""
    out, err = folder / "out", folder / "err"
    command = [*COMMAND, "serve", "--database", url, "--port", "0", *map(str, arguments)]
    with out.open("wb") as stdout, err.open("wb") as stderr:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, env=environment(variables or {})
        )
    try:
        yield Served(process, out, err)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


@pytest.fixture
def served(ledger: str, tmp_path: Path) -> Iterator[Served]:
    """A server of a ledger without keys."""
    with serving(ledger, tmp_path) as served:
        served.line("listening")
        yield served


def test_the_first_start_prints_an_admin_key_alone_and_says_where_it_listens(served: Served, ledger: str) -> None:
    assert served.line("listening")["address"].startswith("http://127.0.0.1:")
    assert served.stop() == 0
    key = served.out.read_text()
    assert key.startswith("slk_")
    assert key.count("\n") == 1
    assert key.strip() not in served.err.read_text()
    assert [key["role"] for key in call("keys", "list", "--json", "--database", ledger).lines] == ["admin"]


def test_the_second_start_prints_no_key(served: Served, ledger: str, tmp_path: Path) -> None:
    assert served.stop() == 0
    (tmp_path / "again").mkdir()
    with serving(ledger, tmp_path / "again") as again:
        again.line("listening")
        assert again.out.read_bytes() == b""


@pytest.mark.parametrize("with_signal", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_good_order(served: Served, with_signal: int) -> None:
    assert served.stop(with_signal) == 0
    assert [line["event"] for line in served.lines][-2:] == ["stopping", "stopped"]


def test_it_lives_and_is_ready(served: Served) -> None:
    assert served.get("/healthz") == (200, b'{"alive":true}')
    assert served.get("/readyz") == (200, b'{"ready":true}')


def test_its_figures_are_for_the_admin_alone(served: Served, ledger: str) -> None:
    admin = served.out.read_text().strip()
    status, page = served.get("/metrics", admin)
    assert status == 200
    for figure in (
        "appends_total",
        "commit_seconds_bucket",
        "commit_events_bucket",
        "projection_lag_events",
        "feed_readers",
        "head_position",
    ):
        assert f"\nsla_ledger_{figure}".encode() in page
    assert served.get("/metrics")[0] == 401
    other = call("keys", "create", "--role", "reporter", "--database", ledger).text.strip()
    assert served.get("/metrics", other)[0] == 403


def test_a_key_made_or_revoked_beside_it_is_heeded_at_once(served: Served, ledger: str) -> None:
    key = call("keys", "create", "--role", "admin", "--database", ledger).text.strip()
    assert served.get("/metrics", key)[0] == 200
    call("keys", "revoke", key.split("_")[1], "--database", ledger)
    assert served.get("/metrics", key)[0] == 401


def test_a_request_is_one_line_of_the_log_and_quotes_nothing(served: Served) -> None:
    admin = served.out.read_text().strip()
    served.get("/metrics", admin)
    served.get("/metrics?name=Ivanova", admin)
    served.get("/Ivanova/petrov@example.org", "slk_secret")
    assert served.stop() == 0
    known, refused, unknown = [line for line in served.lines if line["event"] == "request"]
    assert (known["method"], known["route"], known["status"]) == ("GET", "/metrics", 200)
    assert known["caller"] == admin.split("_")[1]
    assert known["ms"] > 0
    assert (refused["problem"], refused["status"]) == ("parameter-unusable", 422)
    assert (unknown["route"], unknown["status"], unknown["problem"]) == ("-", 404, "unknown-resource")
    log = served.err.read_text()
    for quoted in ("Ivanova", "petrov", "slk_", admin.split("_")[2]):
        assert quoted not in log


def test_an_answer_names_its_line_of_the_log(served: Served) -> None:
    address = served.line("listening")["address"]
    with urllib.request.urlopen(address + "/healthz", timeout=30) as answer:
        request_id = answer.headers["X-Request-Id"]
    assert served.line("request")["request_id"] == request_id


def test_what_was_turned_away_is_told_whole_before_it_ends(ledger: str, tmp_path: Path) -> None:
    with serving(ledger, tmp_path, variables={"SLA_LEDGER_IN_FLIGHT_WRITES": "1"}) as served:
        address = served.line("listening")["address"]
        with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))) as held:
            held.sendall(f"POST /v1/incidents HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {served.key}\r\n".encode())
            held.sendall(b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n")
            deadline = time.monotonic() + PATIENCE_SECONDS
            turned_away = 0
            while turned_away < 5:
                request = urllib.request.Request(address + "/v1/incidents", b"{}", method="POST")
                with pytest.raises(urllib.error.HTTPError) as answer:
                    urllib.request.urlopen(request, timeout=30)
                with answer.value:
                    turned_away += answer.value.code == 503
                assert time.monotonic() < deadline, "the held request is not taken"
        assert served.stop() == 0
        lines = [line for line in served.lines if line["event"] == "turned-away"]
        assert {line["problem"] for line in lines} == {"overloaded"}
        assert sum(line["count"] for line in lines) == turned_away


def test_there_has_to_be_a_ledger(url: str) -> None:
    answer = call("serve", "--database", url, "--port", "0")
    assert (answer.code, answer.data) == (4, b"")
    assert "sla-ledger init" in answer.talk


@pytest.mark.parametrize(
    "command",
    [("serve", "--port", "0"), ("import", "-"), ("init",)],
    ids=lambda command: command[0],
)
def test_a_second_writer_is_told_who_the_first_is(served: Served, ledger: str, command: tuple[str, ...]) -> None:
    answer = call(*command, "--database", ledger, "--json")
    assert answer.code == 4
    assert answer.problem["problem"] == "ledger-locked"
    assert answer.problem["params"]["pid"] == str(served.process.pid)


def test_a_port_that_is_taken_is_told(ledger: str) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        answer = call("serve", "--database", ledger, "--port", taken.getsockname()[1])
    assert answer.code == 2
    assert "--port" in answer.talk


def test_an_address_that_is_none_is_told(ledger: str) -> None:
    answer = call("serve", "--database", ledger, "--host", "nowhere.invalid", "--port", "0")
    assert answer.code == 2
    assert "--host" in answer.talk


def test_other_machines_without_tls_are_warned_of(ledger: str, tmp_path: Path) -> None:
    with serving(ledger, tmp_path, "--host", "0.0.0.0") as served:
        assert served.line("without-tls")["level"] == "warning"
        assert served.line("listening")["address"].startswith("http://0.0.0.0:")


def test_it_speaks_tls(ledger: str, tmp_path: Path) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_pem.write_to_path(tmp_path / "key.pem")
    certificate.cert_chain_pems[0].write_to_path(tmp_path / "chain.pem")
    context = ssl.create_default_context()
    authority.configure_trust(context)
    files = ("--tls-cert", tmp_path / "chain.pem", "--tls-key", tmp_path / "key.pem")
    with serving(ledger, tmp_path, *files) as served:
        assert served.line("listening")["address"].startswith("https://")
        assert served.get("/healthz", context=context)[0] == 200


@pytest.mark.parametrize("key", [None, "nowhere.pem", "another.pem"])
def test_a_certificate_needs_its_key(ledger: str, tmp_path: Path, key: str | None) -> None:
    authority = trustme.CA()
    authority.issue_cert("127.0.0.1").cert_chain_pems[0].write_to_path(tmp_path / "chain.pem")
    authority.issue_cert("127.0.0.2").private_key_pem.write_to_path(tmp_path / "another.pem")
    files: list[object] = ["--tls-cert", tmp_path / "chain.pem"]
    if key is not None:
        files += ["--tls-key", tmp_path / key]
    answer = call("serve", "--database", ledger, "--port", "0", *files)
    assert answer.code == 2
    assert "SLA_LEDGER_TLS_KEY_FILE" in answer.talk


def test_traces_tell_what_the_log_tells(ledger: str, tmp_path: Path) -> None:
    pytest.importorskip("opentelemetry.sdk.trace")
    with serving(ledger, tmp_path, variables={"SLA_LEDGER_TRACING": "console"}) as served:
        served.get("/healthz?name=Ivanova")
        assert served.stop() == 0
        told = served.out.read_text()
    assert '"sla_ledger.route": "/healthz"' in told
    assert "Ivanova" not in told


def test_an_exporter_that_is_not_installed_is_told(ledger: str) -> None:
    pytest.importorskip("opentelemetry.sdk.trace")
    answer = call("serve", "--database", ledger, "--port", "0", env={"SLA_LEDGER_TRACING": "pigeon"})
    assert answer.code == 2
    assert "SLA_LEDGER_TRACING: no such exporter is installed" in answer.talk
