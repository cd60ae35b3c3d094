"""A ledger on a server that speaks TLS: whose certificate is checked, against its authority and its name."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import trustme

from ledger.application import Ledger
from schemas.problems import StorageFailed
from tests.servers.postgres import PostgresServer


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The certificate of an authority, `ca.pem`, that of another one, `other.pem`, and the server's with its key."""
    folder = tmp_path_factory.mktemp("certificates")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    trustme.CA().cert_pem.write_to_path(folder / "other.pem")
    issued = authority.issue_cert("localhost")
    issued.cert_chain_pems[0].write_to_path(folder / "server.pem")
    issued.private_key_pem.write_to_path(folder / "server.key")
    return folder


@pytest.fixture(scope="module")
def server(certificates: Path) -> Iterator[PostgresServer]:
    """A server that takes connections by TLS alone."""
    with PostgresServer() as server:
        data = server.folder / "data"
        for name in ("server.pem", "server.key"):
            shutil.copy(certificates / name, data / name)
            (data / name).chmod(0o600)
            shutil.chown(data / name, (data / "PG_VERSION").owner(), (data / "PG_VERSION").group())
        access = data / "pg_hba.conf"
        access.write_text(
            "hostssl all tester 127.0.0.1/32 scram-sha-256\nhost all postgres 127.0.0.1/32 scram-sha-256\n"
        )
        server.restart(settings={"ssl": "on", "ssl_cert_file": "server.pem", "ssl_key_file": "server.key"})
        yield server


@pytest.fixture
def url(server: PostgresServer) -> Iterator[str]:
    """A new ledger's URL by the name that the certificate is made out to, without a word on TLS."""
    url = server.new_database()
    yield url.replace("127.0.0.1", "localhost")
    server.drop(url)


def test_a_ledger_is_founded_written_and_read_over_tls(url: str, certificates: Path) -> None:
    verified = f"{url}?sslmode=verify-full&sslrootcert={certificates / 'ca.pem'}"
    with Ledger.create(verified, provider="Provider", ledger_id=str(uuid4())) as ledger:
        ledger.keyring.create(role="admin")
        assert ledger._recorder.database.startswith("postgresql://tester:***@localhost")
        rows = ledger._recorder._db.all(  # type: ignore[attr-defined]
            "SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        )
        assert rows[0][0] is True


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ("sslmode=verify-full&sslrootcert={}/other.pem", "certificate verify failed"),
        ("sslmode=disable", "no pg_hba.conf entry"),
    ],
    ids=["another authority", "no TLS"],
)
def test_another_authority_and_a_connection_in_clear_are_refused(
    url: str, certificates: Path, parameters: str, told: str
) -> None:
    with pytest.raises(StorageFailed, match=told) as problem:
        Ledger.create(f"{url}?{parameters.format(certificates)}", provider="P", ledger_id="x")
    assert "correct-horse" not in str(problem.value.diagnostics())


def test_a_certificate_of_another_name_is_refused(url: str, certificates: Path) -> None:
    elsewhere = url.replace("localhost", "127.0.0.1")
    verified = f"{elsewhere}?sslmode=verify-full&sslrootcert={certificates / 'ca.pem'}"
    with pytest.raises(StorageFailed, match="does not match host name"):
        Ledger.create(verified, provider="P", ledger_id="x")


def test_the_control_that_asks_for_no_proof_is_fooled(url: str) -> None:
    """`require` takes any certificate: it is `verify-full` that refuses."""
    elsewhere = url.replace("localhost", "127.0.0.1")
    Ledger.create(f"{elsewhere}?sslmode=require", provider="P", ledger_id=str(uuid4())).close()
