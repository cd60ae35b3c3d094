"""`sla-ledger kafka`: the topics that reporting jobs consume, made and looked at; who may do what with them."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from schemas.problems import BadArgument, ExitCode
from services.cli.options import AsJson
from services.cli.talk import print_answer, print_json, print_line, text, warn
from services.settings import Settings

if TYPE_CHECKING:
    from services.kafka.topics import State

__all__ = ["BootstrapServers", "TopicsVersion", "acls", "as_version", "init"]

BootstrapServers = Annotated[
    str | None,
    typer.Option("--bootstrap-servers", metavar="HOST:PORT", envvar="SLA_LEDGER_KAFKA_BOOTSTRAP_SERVERS"),
]
TopicsVersion = Annotated[str | None, typer.Option("--version", metavar="N", envvar="SLA_LEDGER_KAFKA_TOPICS_VERSION")]
_Principals = Annotated[list[str] | None, typer.Option(metavar="User:NAME")]


def as_version(value: str | None, option: str = "--version") -> int | None:
    """The version of the topics that an option names, `2` or `v2`, None where it is not given. Raises BadArgument."""
    if value is None:
        return None
    found = re.fullmatch(r"v?([1-9][0-9]{0,3})", value)
    if found is None:
        raise BadArgument(argument=option, reason=f"{value} (v1, v2, …)")
    return int(found[1])


def init(
    *,
    bootstrap_servers: BootstrapServers = None,
    version: TopicsVersion = None,
    partitions: Annotated[int | None, typer.Option("--partitions", metavar="N", min=1, max=10_000)] = None,
    replication_factor: Annotated[int | None, typer.Option("--replication-factor", metavar="N", min=1, max=32)] = None,
    check: Annotated[bool, typer.Option("--check")] = False,
    as_json: AsJson = False,
) -> int:
    """Make the topics that are missing; with --check only tell what is missing or wrong, then 1."""
    from services.kafka.connecting import KafkaConnection  # noqa: PLC0415  (the library loads for no other command)
    from services.kafka.topics import examine, make_topics, plans  # noqa: PLC0415

    settings = Settings.read(
        kafka_bootstrap_servers=bootstrap_servers,
        kafka_topics_version=as_version(version),
        kafka_partitions=partitions,
        kafka_replication_factor=replication_factor,
    )
    connection = KafkaConnection.of(settings)
    wanted = plans(settings, settings.kafka_topics_version)
    before = () if check else make_topics(connection, wanted)
    made = {one.plan.topic for one in before if not one.is_there}
    found = examine(connection, wanted)
    _tell(found, made, as_json=as_json)
    if any(one.replication_factor == 1 for one in found):
        warn("kafka-one-copy")
    return ExitCode.FINE if all(one.is_right for one in found) else ExitCode.ANSWER_IS_NO


def acls(
    *,
    relay_principal: _Principals = None,
    reader_principal: _Principals = None,
    reader_group: Annotated[str, typer.Option("--reader-group", metavar="NAME")] = "*",
    projector_principal: _Principals = None,
    operator_principal: _Principals = None,
    version: TopicsVersion = None,
    apply: Annotated[bool, typer.Option("--apply")] = False,
    bootstrap_servers: BootstrapServers = None,
    as_json: AsJson = False,
) -> None:
    """Print the calls that grant each principal what it needs; with --apply grant it."""
    from services.kafka import acls as granting  # noqa: PLC0415  (the library loads for no other command)
    from services.kafka.connecting import KafkaConnection  # noqa: PLC0415

    settings = Settings.read(kafka_bootstrap_servers=bootstrap_servers, kafka_topics_version=as_version(version))
    named = (relay_principal, reader_principal, projector_principal, operator_principal)
    granted = [
        (principal, right)
        for role, principals in zip(granting.ROLES, named, strict=True)
        for principal in map(_principal, principals or ())
        for right in granting.rights(role, settings.kafka_topics_version, reader_group)
    ]
    if not granted:
        raise BadArgument(argument="--relay-principal", reason="name at least one principal")
    if apply:
        connection = KafkaConnection.of(settings)
        granting.apply(connection, granted)
        print_answer("kafka-granted", as_json=as_json, servers=connection.address, rights=len(granted))
        return
    for principal, right in granted:
        if as_json:
            print_json({"principal": principal, **right._asdict()})
        else:
            servers = settings.kafka_bootstrap_servers or "HOST:PORT"
            print_line(granting.command(principal, right, servers).encode())


def _principal(value: str) -> str:
    if re.fullmatch(r"[A-Za-z]+:\S(.*\S)?", value) is None:
        raise BadArgument(argument="--…-principal", reason=f"{value} (User:NAME)")
    return value


def _tell(found: "Sequence[State]", made: set[str], *, as_json: bool) -> None:
    if as_json:
        print_json({"topics": [_facts(one, made) for one in found]})
        return
    for one in found:
        facts = {"topic": one.plan.topic, "partitions": one.partitions, "copies": one.replication_factor}
        print_line(text(f"kafka-topic-{_state(one, made)}", **facts).encode())
        for difference in one.differences:
            print_line(f"  {difference.setting}: {difference.found} ≠ {difference.expected}".encode())


def _facts(one: "State", made: set[str]) -> dict[str, Any]:
    return {
        "topic": one.plan.topic,
        "state": _state(one, made),
        "partitions": one.partitions,
        "replication_factor": one.replication_factor,
        "differences": [
            {"setting": difference.setting, "found": difference.found, "expected": difference.expected}
            for difference in one.differences
        ],
    }


def _state(one: "State", made: set[str]) -> str:
    if not one.is_there:
        return "missing"
    if not one.is_right:
        return "wrong"
    return "made" if one.plan.topic in made else "right"
