"""A real Apache Kafka that lets in only whom it knows: SCRAM under TLS, and the standard authorizer.

Beside it stays the plain listener of every broker of the tests, whose callers may do everything: by it a test looks on
and grants rights. Users are refused whatever was not granted.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from services.kafka.connecting import KafkaConnection
from services.settings import Settings
from tests.servers.kafka import KafkaBroker

__all__ = ["USERS", "SecureKafka", "secure_kafka"]

USERS: Final = ("admin", "operator", "relay", "reader", "projector", "stranger")
"""Who has a password; `admin` may do everything, the others what a test grants them."""

_SECURE, _CLEAR, _MUTUAL = "SECURE", "CLEAR", "MUTUAL"
_PROTOCOLS: Final = {_SECURE: "SASL_SSL", _CLEAR: "SASL_PLAINTEXT", _MUTUAL: "SSL"}
_SCRAM: Final = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
_PLAIN: Final = "org.apache.kafka.common.security.plain.PlainLoginModule required"


@dataclass(frozen=True, slots=True)
class SecureKafka:
    """The broker, and the certificates and passwords by which it knows its callers."""

    broker: KafkaBroker
    folder: Path

    @classmethod
    def make(cls, folder: Path) -> "SecureKafka":
        """Certificates and a broker that trusts them, not started yet."""
        authority = trustme.CA()
        authority.cert_pem.write_to_path(folder / "ca.pem")
        _write_certificate(authority.issue_cert("127.0.0.1"), folder / "broker")
        _write_certificate(authority.issue_cert("relay.example", common_name="relay"), folder / "relay")
        trustme.CA().cert_pem.write_to_path(folder / "another-ca.pem")
        broker = KafkaBroker(
            folder / "broker-data",
            listeners=_PROTOCOLS,
            properties=_properties(folder),
            formatting=[
                f"--add-scram={mechanism}=[name={user},password={_password(user)}]"
                for user in USERS
                for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-512")
            ],
        )
        return cls(broker, folder)

    def environment(self, user: str, *, protocol: str = "SASL_SSL") -> Mapping[str, str]:
        """The variables that have the product come as this user; under `SSL` by the certificate of the relay."""
        listener = next(name for name, spoken in _PROTOCOLS.items() if spoken == protocol)
        given = {"bootstrap_servers": self.broker.address(listener), "security_protocol": protocol}
        if protocol.startswith("SASL"):
            given |= {"user": user, "password": _password(user)}
        if protocol.endswith("SSL"):
            given |= {"ca_file": str(self.folder / "ca.pem")}
        if protocol == "SSL":
            given |= {"cert_file": str(self.folder / "relay.pem"), "key_file": str(self.folder / "relay.key")}
        return {f"SLA_LEDGER_KAFKA_{name.upper()}": value for name, value in given.items()}

    def settings(self, user: str, *, protocol: str = "SASL_SSL", **given: object) -> Settings:
        """The settings of such a process; `given` go before them."""
        named = {
            name.removeprefix("SLA_LEDGER_").lower(): value
            for name, value in self.environment(user, protocol=protocol).items()
        }
        return Settings.read(**{"kafka_timeout_seconds": 5, **named, **given})

    def connection(self, user: str, *, protocol: str = "SASL_SSL", **given: object) -> KafkaConnection:
        """How such a process reaches the broker."""
        return KafkaConnection.of(self.settings(user, protocol=protocol, **given))


@pytest.fixture(scope="session")
def secure_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecureKafka]:
    """A broker with users that the tests of this process share."""
    secure = SecureKafka.make(tmp_path_factory.mktemp("secure-kafka"))
    with secure.broker:
        yield secure


def _password(user: str) -> str:
    return f"secret of {user}"


def _properties(folder: Path) -> dict[str, str]:
    users = " ".join(f'user_{user}="{_password(user)}"' for user in USERS)
    prefixes = {name: f"listener.name.{name.lower()}" for name in _PROTOCOLS}
    given = {
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:ANONYMOUS;User:admin",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(folder / "broker.both.pem"),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(folder / "ca.pem"),
        f"{prefixes[_MUTUAL]}.ssl.client.auth": "required",
        f"{prefixes[_MUTUAL]}.ssl.principal.mapping.rules": "RULE:^.*CN=([^,]+).*$/$1/",
    }
    for name in (_SECURE, _CLEAR):
        given[f"{prefixes[name]}.sasl.enabled.mechanisms"] = "SCRAM-SHA-512,SCRAM-SHA-256,PLAIN"
        given[f"{prefixes[name]}.scram-sha-512.sasl.jaas.config"] = _SCRAM
        given[f"{prefixes[name]}.scram-sha-256.sasl.jaas.config"] = _SCRAM
        given[f"{prefixes[name]}.plain.sasl.jaas.config"] = f"{_PLAIN} {users};"
    return given


def _write_certificate(issued: trustme.LeafCert, path: Path) -> None:
    """NAME.key and NAME.pem, and both in NAME.both.pem in the form in which Java reads them."""
    key = load_pem_private_key(issued.private_key_pem.bytes(), None)
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    chain = b"".join(one.bytes() for one in issued.cert_chain_pems)
    for suffix, content in ((".key", text), (".pem", chain), (".both.pem", text + chain)):
        path.with_name(path.name + suffix).write_bytes(content)
