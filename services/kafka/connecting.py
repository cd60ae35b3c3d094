"""How Kafka is reached: from the settings to what kafka-python's producer, consumer and admin client are made with.

    connection = KafkaConnection.of(Settings.read())
    with connection.errors():
        producer = KafkaProducer(**connection.options(), acks="all", …)

The password is in the options alone: no text of a connection shows it. An attacker who can change the settings could
have everything published elsewhere; one who answers in the broker's place is found out by TLS.
"""

import logging
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import shorten
from types import MappingProxyType
from typing import Any, Final, Self

from kafka.admin import KafkaAdminClient
from kafka.errors import (
    AuthorizationError,
    IllegalSaslStateError,
    KafkaConnectionError,
    KafkaError,
    KafkaTimeoutError,
    NodeNotReadyError,
    SaslAuthenticationFailedError,
    UnsupportedSaslMechanismError,
)

from schemas.operation_problems import KafkaFailed, KafkaRefused, KafkaUnreachable, SettingUnusable
from services.settings import Settings, variable_of

__all__ = ["CLIENT_ID", "KafkaConnection", "overhearing", "told"]

CLIENT_ID: Final = "sla-ledger"
"""What the broker's logs and quotas know this program by."""

_SERVER: Final = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[^\s,:\[\]]+)):(?P<port>[0-9]{1,5})")
_REFUSALS: Final = (
    AuthorizationError,
    IllegalSaslStateError,
    SaslAuthenticationFailedError,
    UnsupportedSaslMechanismError,
)
_SILENCES: Final = (KafkaConnectionError, KafkaTimeoutError, NodeNotReadyError)
_PROBE_SECONDS: Final = 3.0
_LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class KafkaConnection:
    """Where Kafka is, and as whom and how it is spoken to."""

    servers: tuple[str, ...]
    protocol: str
    timeout_seconds: float
    _security: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, settings: Settings, servers: str | None = None) -> Self:
        """The connection that the settings describe; `servers` (an option) go before theirs.

        Raises SettingUnusable with the variable that cannot be used, or not together with the others.
        """
        return cls(
            servers=_servers(servers or settings.kafka_bootstrap_servers),
            protocol=settings.kafka_security_protocol,
            timeout_seconds=settings.kafka_timeout_seconds,
            _security=MappingProxyType({**_tls(settings), **_user(settings)}),
        )

    @property
    def address(self) -> str:
        """Where Kafka is, as text."""
        return ",".join(self.servers)

    def options(self) -> dict[str, Any]:
        """What every client of kafka-python is made with: producer, consumer and admin client alike."""
        return {
            "bootstrap_servers": list(self.servers),
            "client_id": CLIENT_ID,
            "security_protocol": self.protocol,
            "bootstrap_timeout_ms": int(self.timeout_seconds * 1000),
            **self._security,
        }

    @contextmanager
    def admin(self) -> Iterator[KafkaAdminClient]:
        """A client for topics and rights. Raises KafkaUnreachable, KafkaRefused, KafkaFailed."""
        with self.errors():
            client = KafkaAdminClient(**self.options())
            try:
                yield client
            finally:
                client.close()

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Turn what Kafka answers, or that it does not, into problems of the catalogue.

        Raises KafkaUnreachable, KafkaRefused, KafkaFailed.
        """
        overheard = _Overheard(self.timeout_seconds)
        with _listening(overheard):
            try:
                yield
            except _REFUSALS as error:
                raise KafkaRefused(servers=self.address, reason=told(error)) from error
            except _SILENCES as error:
                raise self._silent(error, overheard) from error
            except KafkaError as error:
                raise KafkaFailed(servers=self.address, reason=told(error)) from error

    def _silent(self, silence: KafkaError, overheard: "_Overheard") -> KafkaUnreachable | KafkaRefused:
        """Why there was no answer: the library tells it to its log alone, so every server is tried again, by hand."""
        if "AuthorizationFailed" in str(silence):
            return KafkaRefused(servers=self.address, reason=told(silence))
        if refusal := overheard.recently("refused"):
            return KafkaRefused(servers=self.address, reason=told(refusal))
        reasons = []
        for server in self.servers:
            try:
                self._probe(server)
            except ssl.SSLCertVerificationError as error:
                return KafkaRefused(servers=self.address, reason=f"{server}: {error.verify_message}")
            except ssl.SSLError as error:
                reasons.append(f"{server}: no TLS is spoken there ({error.reason})")
            except OSError as error:
                reasons.append(f"{server}: {error.strerror or error}")
        if not reasons and overheard.recently("hung up"):
            why = f"it hangs up on {self.protocol}: a wrong user, password, certificate or protocol"
            return KafkaRefused(servers=self.address, reason=why)
        if not reasons and "bootstrap" in str(silence):
            reasons.append(f"no answer within {self.timeout_seconds:g} s by {self.protocol}")
        return KafkaUnreachable(servers=self.address, reason="; ".join(reasons) or told(silence))

    def _probe(self, server: str) -> None:
        host, _, port = server.rpartition(":")
        name = host.strip("[]")
        with socket.create_connection((name, int(port)), timeout=_PROBE_SECONDS) as plain:
            if context := self._security.get("ssl_context"):
                context.wrap_socket(plain, server_hostname=name).close()


class _Overheard(logging.Handler):
    """What the library logs of connections that it then tries again without a word."""

    def __init__(self, seconds: float, refused: Callable[[KafkaError], object] = lambda _refusal: None) -> None:
        super().__init__(logging.WARNING)
        self._seconds = seconds
        self._refused = refused
        self._last: dict[str, tuple[float, KafkaError]] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the failure that a line tells of."""
        for found in record.args if isinstance(record.args, tuple) else ():
            if isinstance(found, _REFUSALS):
                self._last["refused"] = (time.monotonic(), found)
                self._refused(found)
            elif isinstance(found, KafkaConnectionError) and "disconnected" in str(found):
                self._last["hung up"] = (time.monotonic(), found)

    def recently(self, what: str) -> KafkaError | None:
        """The last failure of this kind, if it is from now."""
        at, found = self._last.get(what, (0.0, None))
        return found if time.monotonic() - at <= self._seconds + _PROBE_SECONDS else None


def overhearing(refused: Callable[[KafkaError], object]) -> AbstractContextManager[None]:
    """Tell of each connection that the broker refuses meanwhile; in the thread of the library that finds it."""
    return _listening(_Overheard(0.0, refused))


@contextmanager
def _listening(overheard: _Overheard) -> Iterator[None]:
    log = logging.getLogger("kafka.net.manager")
    log.addHandler(overheard)
    try:
        yield
    finally:
        log.removeHandler(overheard)


def told(error: BaseException) -> str:
    """What an error of the library says, on one line and without the names of its class."""
    said = " ".join(str(error).split()) or type(error).__name__
    if answer := re.search(r"error_message='([^']+)'", said):  # of a request and an answer shown whole
        said = answer[1]
    return shorten(re.sub(r"^(?:\[Error -?\d+\] )?(?:\w+Error: )*", "", said), _LONGEST, placeholder=" …")


def _servers(given: str | None) -> tuple[str, ...]:
    servers = tuple(part.strip() for part in (given or "").split(",") if part.strip())
    if not servers:
        raise _unusable("kafka_bootstrap_servers", "it is needed, HOST:PORT")
    for server in servers:
        match = _SERVER.fullmatch(server)
        if match is None or not 1 <= int(match["port"]) <= 65_535:
            raise _unusable("kafka_bootstrap_servers", "it should be HOST:PORT, several separated by commas")
    return servers


def _tls(settings: Settings) -> Mapping[str, Any]:
    files = ("kafka_ca_file", "kafka_cert_file", "kafka_key_file")
    if not settings.kafka_security_protocol.endswith("SSL"):
        _refuse_useless(settings, files, "it is of no use without TLS")
        return {}
    certificate, key = settings.kafka_cert_file, settings.kafka_key_file
    if (certificate is None) != (key is None):
        missing, given = ("key", "cert") if key is None else ("cert", "key")
        raise _unusable(f"kafka_{missing}_file", f"it is needed beside {variable_of(f'kafka_{given}_file')}")
    for name in files:
        if (file := getattr(settings, name)) is not None:
            _read(name, file)
    context = _trusting(settings.kafka_ca_file)
    if certificate is not None:
        try:
            context.load_cert_chain(certificate, key)
        except ssl.SSLError:
            raise _unusable("kafka_key_file", "it does not fit the certificate") from None
    return {"ssl_context": context}


def _trusting(authorities: Path | None) -> ssl.SSLContext:
    """TLS that trusts the authorities of this file alone, or those of the system."""
    try:
        context = ssl.create_default_context(cafile=authorities)
    except ssl.SSLError:
        raise _unusable("kafka_ca_file", "it holds no certificate (PEM)") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _user(settings: Settings) -> Mapping[str, Any]:
    if not settings.kafka_security_protocol.startswith("SASL"):
        names = ("kafka_user", "kafka_password", "kafka_password_file")
        _refuse_useless(settings, names, "it is of no use without SASL")
        return {}
    if settings.kafka_sasl_mechanism == "PLAIN" and settings.kafka_security_protocol == "SASL_PLAINTEXT":
        raise _unusable("kafka_sasl_mechanism", "PLAIN would send the password in clear; it needs TLS")
    if settings.kafka_user is None:
        raise _unusable("kafka_user", f"it is needed beside {variable_of('kafka_security_protocol')}")
    return {
        "sasl_mechanism": settings.kafka_sasl_mechanism,
        "sasl_plain_username": settings.kafka_user,
        "sasl_plain_password": _password(settings),
    }


def _password(settings: Settings) -> str:
    given, file = settings.kafka_password, settings.kafka_password_file
    if given is not None and file is not None:
        raise _unusable("kafka_password_file", f"it cannot stand beside {variable_of('kafka_password')}")
    if given is not None:
        return given.get_secret_value()
    if file is None:
        raise _unusable("kafka_password", f"it is needed beside {variable_of('kafka_user')}")
    password = _read("kafka_password_file", file).removesuffix("\n").removesuffix("\r")
    if not password:
        raise _unusable("kafka_password_file", "the file is empty")
    return password


def _read(name: str, file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except OSError as error:
        raise _unusable(name, error.strerror or str(error)) from None
    except UnicodeDecodeError as error:
        raise _unusable(name, f"it is not UTF-8 (byte {error.start})") from None


def _refuse_useless(settings: Settings, names: tuple[str, ...], reason: str) -> None:
    """What would make somebody believe in a protection that there is not."""
    for name in names:
        if getattr(settings, name) is not None:
            raise _unusable(name, f"{reason} ({variable_of('kafka_security_protocol')})")


def _unusable(name: str, reason: str) -> SettingUnusable:
    return SettingUnusable(setting=variable_of(name), reason=reason)
