"""From settings to how Kafka is reached: what cannot be used is refused by name, and the password is never shown."""

import ssl
from pathlib import Path

import pytest
import trustme

from schemas.operation_problems import SettingUnusable
from services.cli.language import Language
from services.cli.talk import explained, set_language
from services.kafka.connecting import CLIENT_ID, KafkaConnection, told
from services.settings import VARIABLES, Settings

PREFIX = "SLA_LEDGER_KAFKA_"
PASSWORD = "correct horse"


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing set."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Certificates, passwords, and files that hold neither."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    for name in ("one", "other"):
        issued = authority.issue_cert(f"{name}.example")
        issued.private_key_pem.write_to_path(tmp_path / f"{name}.key")
        issued.cert_chain_pems[0].write_to_path(tmp_path / f"{name}.pem")
    (tmp_path / "password").write_text(f"{PASSWORD}\n", "utf-8")
    (tmp_path / "empty").write_text("\n", "utf-8")
    (tmp_path / "binary").write_bytes(b"\xff")
    return tmp_path


def connect(monkeypatch: pytest.MonkeyPatch, servers: str | None = "broker:9092", **given: object) -> KafkaConnection:
    """The connection where these variables are set."""
    if servers is not None:
        monkeypatch.setenv(f"{PREFIX}BOOTSTRAP_SERVERS", servers)
    for name, value in given.items():
        monkeypatch.setenv(f"{PREFIX}{name.upper()}", str(value))
    return KafkaConnection.of(Settings.read())


def test_without_security_only_the_servers_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = connect(monkeypatch, "one:9092, [::1]:9093", timeout_seconds=2.5)
    assert connection.address == "one:9092,[::1]:9093"
    assert connection.options() == {
        "bootstrap_servers": ["one:9092", "[::1]:9093"],
        "bootstrap_timeout_ms": 2500,
        "client_id": CLIENT_ID,
        "security_protocol": "PLAINTEXT",
    }


def test_an_option_goes_before_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}BOOTSTRAP_SERVERS", "one:1")
    assert KafkaConnection.of(Settings.read(), "two:2").servers == ("two:2",)


@pytest.mark.parametrize("protocol", ["SASL_PLAINTEXT", "SASL_SSL"])
@pytest.mark.parametrize("where", ["password", "password_file"])
def test_a_user_proves_itself_by_its_password(
    monkeypatch: pytest.MonkeyPatch, folder: Path, protocol: str, where: str
) -> None:
    secret = PASSWORD if where == "password" else str(folder / "password")
    given = {"security_protocol": protocol, "user": "relay", where: secret}
    options = connect(monkeypatch, **given).options()
    assert options["security_protocol"] == protocol
    assert options["sasl_mechanism"] == "SCRAM-SHA-512"
    assert (options["sasl_plain_username"], options["sasl_plain_password"]) == ("relay", PASSWORD)
    assert ("ssl_context" in options) == (protocol == "SASL_SSL")


def test_tls_trusts_the_authority_that_is_named_and_no_other(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    context = connect(monkeypatch, security_protocol="SSL", ca_file=folder / "ca.pem").options()["ssl_context"]
    assert isinstance(context, ssl.SSLContext)
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert context.get_ca_certs() == _trusted(folder / "ca.pem")


def test_a_certificate_is_shown_with_its_key(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    connect(monkeypatch, security_protocol="SSL", cert_file=folder / "one.pem", key_file=folder / "one.key")


USER = {"security_protocol": "SASL_SSL", "user": "relay"}
REFUSED: dict[str, tuple[dict[str, str], str, str]] = {
    "no servers": ({"bootstrap_servers": ""}, "BOOTSTRAP_SERVERS", "it is needed, HOST:PORT"),
    "a server without a port": ({"bootstrap_servers": "a:1,b"}, "BOOTSTRAP_SERVERS", "it should be HOST:PORT"),
    "port 0": ({"bootstrap_servers": "a:0"}, "BOOTSTRAP_SERVERS", "it should be HOST:PORT"),
    "a URL": ({"bootstrap_servers": "http://a:1"}, "BOOTSTRAP_SERVERS", "it should be HOST:PORT"),
    "a user in plain text": ({"user": "relay"}, "USER", "it is of no use without SASL"),
    "a password in plain text": ({"password": PASSWORD}, "PASSWORD", "it is of no use without SASL"),
    "a password under TLS alone": (
        {"security_protocol": "SSL", "password_file": "password"},
        "PASSWORD_FILE",
        "it is of no use without SASL",
    ),
    "an authority without TLS": ({"ca_file": "ca.pem"}, "CA_FILE", "it is of no use without TLS"),
    "a user without a name": ({"security_protocol": "SASL_SSL"}, "USER", f"it is needed beside {PREFIX}SECURITY"),
    "a user without a password": (USER, "PASSWORD", f"it is needed beside {PREFIX}USER"),
    "two passwords": (
        {**USER, "password": PASSWORD, "password_file": "password"},
        "PASSWORD_FILE",
        f"it cannot stand beside {PREFIX}PASSWORD",
    ),
    "an empty password": ({**USER, "password_file": "empty"}, "PASSWORD_FILE", "the file is empty"),
    "a password that is no text": ({**USER, "password_file": "binary"}, "PASSWORD_FILE", "it is not UTF-8 (byte 0)"),
    "a password that is nowhere": ({**USER, "password_file": "nowhere"}, "PASSWORD_FILE", "No such file or directory"),
    "PLAIN in clear": (
        {"security_protocol": "SASL_PLAINTEXT", "sasl_mechanism": "PLAIN", "user": "relay", "password": PASSWORD},
        "SASL_MECHANISM",
        "PLAIN would send the password in clear",
    ),
    "a certificate alone": (
        {"security_protocol": "SSL", "cert_file": "one.pem"},
        "KEY_FILE",
        f"it is needed beside {PREFIX}CERT_FILE",
    ),
    "a key alone": (
        {"security_protocol": "SSL", "key_file": "one.key"},
        "CERT_FILE",
        f"it is needed beside {PREFIX}KEY_FILE",
    ),
    "another's key": (
        {"security_protocol": "SSL", "cert_file": "one.pem", "key_file": "other.key"},
        "KEY_FILE",
        "it does not fit the certificate",
    ),
    "an authority that is none": (
        {"security_protocol": "SSL", "ca_file": "password"},
        "CA_FILE",
        "it holds no certificate (PEM)",
    ),
    "an authority that is nowhere": (
        {"security_protocol": "SSL", "ca_file": "nowhere"},
        "CA_FILE",
        "No such file or directory",
    ),
}
"""What is set; the variable that is named, and why."""


def refuse(monkeypatch: pytest.MonkeyPatch, folder: Path, case: str) -> SettingUnusable:
    given = {name: str(folder / value) if name.endswith("_file") else value for name, value in REFUSED[case][0].items()}
    with pytest.raises(SettingUnusable) as refused:
        connect(monkeypatch, given.pop("bootstrap_servers", "broker:9092"), **given)
    return refused.value


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_used_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, folder: Path, case: str) -> None:
    _, variable, reason = REFUSED[case]
    refused = refuse(monkeypatch, folder, case)
    assert refused.params["setting"] == f"{PREFIX}{variable}"
    assert refused.params["reason"].startswith(reason)
    assert PASSWORD not in str(refused)


@pytest.mark.parametrize("case", REFUSED)
def test_why_is_said_in_russian_too(monkeypatch: pytest.MonkeyPatch, folder: Path, case: str) -> None:
    spoken: Language = "ru"
    reason = refuse(monkeypatch, folder, case).params["reason"]
    try:
        set_language(spoken)
        said = explained(reason)
    finally:
        set_language("en")
    assert not {"it", "is", "the", "of", "no", "should", "beside"} & set(said.lower().split())


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SECURITY_PROTOCOL", "TLS"),
        ("SASL_MECHANISM", "GSSAPI"),
        ("PARTITIONS", "0"),
        ("REPLICATION_FACTOR", "many"),
        ("TOPICS_VERSION", "v1"),
        ("TIMEOUT_SECONDS", "0"),
        ("COMPACTION_RATIO", "1.5"),
    ],
)
def test_a_value_out_of_bounds_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    with pytest.raises(SettingUnusable) as refused:
        connect(monkeypatch, **{variable.lower(): value})
    assert refused.value.params["setting"] == f"{PREFIX}{variable}"


def test_the_password_is_in_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = connect(monkeypatch, security_protocol="SASL_SSL", user="relay", password=PASSWORD)
    settings = Settings.read()
    for text in (repr(connection), str(connection), repr(settings), settings.model_dump_json()):
        assert PASSWORD not in text
    assert PASSWORD in repr(connection.options())  # the control: this is where it is


def test_an_error_of_the_library_is_told_on_one_line() -> None:
    assert told(RuntimeError("[Error 29] SomeError: Topic:\n  denied")) == "Topic: denied"
    assert told(RuntimeError("Request 'A(b=[])' failed with response 'B(error_message='No room.')'")) == "No room."
    assert len(told(RuntimeError("word " * 1000))) <= 300
    assert told(RuntimeError()) == "RuntimeError"


def _trusted(file: Path) -> object:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(file)
    return context.get_ca_certs()
