"""What the environment sets: one variable `SLA_LEDGER_…` for each setting, and none that is not known.

A variable that is spelt wrong would silently leave a default standing, so it is refused, naming the nearest one. An
empty variable counts as one not set. docs/settings.md is made from here.
"""

import os
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, NamedTuple, Self, get_args

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.operation_problems import SettingUnusable, UnknownSetting
from schemas.topics import TOPICS_VERSION

__all__ = ["DEFAULT_DATABASE", "SECRETS", "VARIABLES", "Setting", "Settings", "settings_known", "variable_of"]

DEFAULT_DATABASE: Final = "sqlite:///sla-ledger.db"

_PREFIX: Final = "SLA_LEDGER_"
_OF_THE_TESTS: Final = "SLA_LEDGER_SCALE"
"""How long the repository's own tests run; Make sets it for whatever it starts."""

_Seconds = Annotated[float, Field(gt=0, le=3600, json_schema_extra={"unit": "seconds"})]
_Count = Annotated[int, Field(ge=1, le=1_000_000)]
_Given = Annotated[bool, BeforeValidator(bool)]


class Settings(BaseSettings):
    """The settings of one process, read once from its environment."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_ignore_empty=True, frozen=True, extra="forbid")

    database_url: str = Field(DEFAULT_DATABASE, description="The ledger: `sqlite:///PATH` or `postgresql://…`.")
    postgres_pool_size: Annotated[int, Field(ge=1, le=500)] = Field(
        8, description="The most connections to PostgreSQL that a process reads by, beside the one it records by."
    )
    postgres_connect_seconds: _Seconds = Field(5, description="How long a connection to PostgreSQL is waited for.")
    postgres_lock_seconds: _Seconds = Field(10, description="How long an append waits for those of other processes.")
    postgres_statement_seconds: _Seconds = Field(
        30, description="The longest that PostgreSQL works on one statement, or waits for the next of a transaction."
    )
    lang: Literal["en", "ru"] | None = Field(
        None, description="The language of the command line; not set, that of the locale."
    )
    traceback: _Given = Field(False, description="Any text: faults of the program are shown with their trace.")

    host: str = Field("127.0.0.1", description="The address that `serve` listens at.")
    port: Annotated[int, Field(ge=0, le=65_535)] = Field(
        8080, description="The port that `serve` listens at; 0 lets the system choose one."
    )
    tls_cert_file: Path | None = Field(None, description="The certificate chain (PEM) that `serve` speaks TLS with.")
    tls_key_file: Path | None = Field(None, description="The private key (PEM) of the certificate.")
    projector: Literal["process", "thread"] = Field(
        "process",
        description="What keeps the read model of `serve` up to date: a process of its own, or a thread of the server.",
    )
    drain_seconds: _Seconds = Field(20, description="How long a server that stops waits for the requests it has taken.")

    body_limit_bytes: Annotated[int, Field(ge=65_536, le=268_435_456)] = Field(
        4_194_304, description="The longest body of a request.", json_schema_extra={"unit": "bytes"}
    )
    batch_limit: Annotated[int, Field(ge=1, le=500)] = Field(
        500, description="The most events in one batch.", json_schema_extra={"unit": "events"}
    )
    page_limit: Annotated[int, Field(ge=1, le=5_000)] = Field(
        500, description="The most rows on one page of a list.", json_schema_extra={"unit": "rows"}
    )
    history_limit: _Count = Field(
        10_000, description="The most events that one answer covers.", json_schema_extra={"unit": "events"}
    )
    in_flight_reads: _Count = Field(
        256, description="Reads taken at a time; more are answered 503.", json_schema_extra={"unit": "requests"}
    )
    in_flight_writes: _Count = Field(
        128, description="Writes taken at a time; more are answered 503.", json_schema_extra={"unit": "requests"}
    )
    heartbeat_seconds: _Seconds = Field(15, description="How often a feed without news says that it is alive.")

    oidc_issuer: str | None = Field(None, description="The issuer (`iss`) of the bearer tokens that are taken.")
    oidc_audience: str | None = Field(None, description="The audience (`aud`) that a token has to name.")
    oidc_jwks: str | None = Field(
        None, description="The issuer's public keys (JWKS): an `https://` address, or the path of a file."
    )
    oidc_algorithms: Literal["RS", "PS", "ES", "EdDSA"] = Field(
        "RS", description="The one family of algorithms that tokens are signed with."
    )
    oidc_role_claim: str = Field("sla_ledger_role", description="The claim that holds the role.")
    oidc_contracts_claim: str = Field(
        "sla_ledger_contracts", description="The claim that lists the contracts in scope, or is `*` for all."
    )
    oidc_act_as_claim: str = Field("sla_ledger_act_as", description="The claim that lists as whom a service records.")

    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least severe lines that are logged."
    )
    tracing: str | None = Field(
        None, description="The OpenTelemetry exporter that traces go to, such as `console`; needs the extra `tracing`."
    )

    kafka_bootstrap_servers: str | None = Field(
        None, description="Where Kafka is: `HOST:PORT`, several separated by commas."
    )
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT", description="How Kafka is spoken to; the word SASL in it asks for a user, SSL is TLS."
    )
    kafka_sasl_mechanism: Literal["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"] = Field(
        "SCRAM-SHA-512", description="How the user proves to be it; `PLAIN` only under TLS."
    )
    kafka_user: str | None = Field(None, description="The user that Kafka knows this process by.")
    kafka_password: SecretStr | None = Field(None, description="The user's password.")
    kafka_password_file: Path | None = Field(None, description="The file that holds the password, instead of it.")
    kafka_ca_file: Path | None = Field(
        None, description="The authorities (PEM) that sign Kafka's certificates; not set, those of the system."
    )
    kafka_cert_file: Path | None = Field(None, description="The certificate chain (PEM) shown to Kafka.")
    kafka_key_file: Path | None = Field(None, description="The private key (PEM) of that certificate.")
    kafka_timeout_seconds: _Seconds = Field(10, description="How long Kafka may leave a first call unanswered.")
    kafka_topics_version: Annotated[int, Field(ge=1, le=9_999)] = Field(
        TOPICS_VERSION, description="The version of the topics that is published and read."
    )
    kafka_partitions: Annotated[int, Field(ge=1, le=10_000)] = Field(
        12,
        description="Partitions of each topic, for the life of its version; the checkpoints have one.",
        json_schema_extra={"unit": "partitions"},
    )
    kafka_replication_factor: Annotated[int, Field(ge=1, le=32)] | None = Field(
        None,
        description="Copies of each partition; not set, as Kafka's own setting says.",
        json_schema_extra={"unit": "copies"},
    )
    kafka_min_insync_replicas: Annotated[int, Field(ge=1, le=32)] | None = Field(
        None,
        description="Copies that must have a record before it counts as written; not set, as Kafka's own setting says.",
        json_schema_extra={"unit": "copies"},
    )
    kafka_retention_days: Annotated[int, Field(ge=1, le=100_000)] | None = Field(
        None,
        description="How long events stay in their topic; not set, for ever. Whoever comes later misses what is gone.",
        json_schema_extra={"unit": "days"},
    )
    kafka_compaction_lag_seconds: Annotated[int, Field(ge=1, le=31_536_000)] = Field(
        86_400,
        description="After how long at most the rows that newer ones replaced are cleared away.",
        json_schema_extra={"unit": "seconds"},
    )
    kafka_compaction_ratio: Annotated[float, Field(ge=0, le=1)] = Field(
        0.5, description="The share of a partition that newer rows may have replaced before it is cleared up."
    )

    relay_state: Path | None = Field(
        None,
        description="The folder of the relay's own copy of the rows, which it can make anew; not set, one among the "
        "system's temporary files.",
    )
    relay_lease_seconds: Annotated[float, Field(ge=1, le=3600, json_schema_extra={"unit": "seconds"})] = Field(
        10, description="How long a relay that is gone keeps another from publishing."
    )
    relay_patience_seconds: Annotated[float, Field(ge=1, le=3600, json_schema_extra={"unit": "seconds"})] = Field(
        30, description="How long Kafka may leave a transaction unanswered before the relay starts over."
    )

    @classmethod
    def read(cls, **given: Any) -> Self:
        """The settings of this process; those `given` (by options) go before its environment's.

        Raises UnknownSetting, SettingUnusable.
        """
        for name in sorted(os.environ):
            if name.upper().startswith(_PREFIX) and name.upper() not in VARIABLES and name != _OF_THE_TESTS:
                nearest = get_close_matches(name.upper(), VARIABLES, n=1, cutoff=0.0)[0]
                raise UnknownSetting(setting=name, nearest=nearest)
        try:
            settings = cls(**{name: value for name, value in given.items() if value is not None})
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            raise SettingUnusable(setting=variable_of(str(first["loc"][0])), reason=first["msg"]) from None
        settings._check_together("tls_cert_file", "tls_key_file")
        settings._check_together("oidc_issuer", "oidc_audience", "oidc_jwks")
        return settings

    def _check_together(self, *names: str) -> None:
        missing = [name for name in names if getattr(self, name) is None]
        if missing and len(missing) < len(names):
            others = ", ".join(variable_of(name) for name in names if name not in missing)
            raise SettingUnusable(setting=variable_of(missing[0]), reason=f"it is needed beside {others}")


class Setting(NamedTuple):
    """One setting as a page shows it."""

    variable: str
    type: str
    default: str
    unit: str
    description: str


def settings_known() -> Iterator[Setting]:
    """Every setting, in the order of their groups."""
    for name, field in Settings.model_fields.items():
        extra = field.json_schema_extra
        unit = "" if not isinstance(extra, dict) else str(extra.get("unit", ""))
        default = "" if field.default in {None, False} else str(field.default)
        yield Setting(variable_of(name), _type(field.annotation), default, unit, field.description or "")


def variable_of(name: str) -> str:
    """The variable that sets the field of this name."""
    return _PREFIX + name.upper()


def _type(annotation: Any) -> str:
    """What a value is, in a word, or the words there are to choose from."""
    choices = [one for one in get_args(annotation) if one is not type(None)]
    if choices and not all(isinstance(one, str) for one in choices):
        return _type(choices[0])
    if choices:
        return " or ".join(f"`{one}`" for one in choices)
    return {str: "text", int: "integer", float: "number", bool: "flag", Path: "path", SecretStr: "secret"}[annotation]


VARIABLES: Final[Mapping[str, str]] = MappingProxyType({one.variable: one.default for one in settings_known()})
"""Every variable that is read, with what holds where it is not set."""

SECRETS: Final = frozenset(one.variable for one in settings_known() if one.type == "secret")
"""Every variable whose value is shown to nobody."""
