"""The image and the compose files, as far as they can be followed without a container engine."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import psycopg
import pytest
import yaml
from psycopg import sql

from schemas.event_examples import EXAMPLES
from tests.checkout import ROOT, pyproject
from tests.e2e.compose import GIVEN, Compose, ComposedBroker, Container, copy, dockerfile, example, stages
from tests.e2e.environment import run
from tests.servers.kafka import free_port
from tests.servers.postgres import PostgresServer, _program

WHOLE = Compose()
EMBEDDED = Compose("docker-compose.embedded.yml")
OURS = [(file, name) for file in (WHOLE, EMBEDDED) for name, one in file.services.items() if "build" in one]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The build stage, carried out step by step in a folder that stands for the image's root."""
    root = tmp_path_factory.mktemp("image")
    source = root / "src"
    source.mkdir()
    for keyword, rest in stages()[0]:
        if keyword == "COPY":
            *names, target = rest.split()
            for name in names:
                copy(ROOT / name, source / target)
        elif keyword == "RUN":
            step = rest.replace("/build", f"{root}/build").replace("/app", f"{root}/app")
            step = step.replace("python -m venv", f"{shlex.quote(sys.executable)} -m venv")
            run(["sh", "-euc", step], cwd=source)
    return root / "app"


def entry() -> str:
    """What the image runs its arguments by."""
    (found,) = [yaml.safe_load(rest) for keyword, rest in dockerfile() if keyword == "ENTRYPOINT"]
    assert found == list(pyproject()["project"]["scripts"])
    return str(found[0])


def test_what_the_build_stage_makes_has_the_command_and_no_installer(built: Path) -> None:
    version = pyproject()["project"]["version"]
    assert version in run([str(built / "bin/sla-ledger"), "--version"], cwd=built).stdout
    assert not (built / "bin/pip").exists()


@pytest.mark.parametrize(("file", "name"), OURS, ids=[f"{name}{index}" for index, (_, name) in enumerate(OURS)])
def test_a_service_starts_the_command_with_arguments_it_takes(built: Path, file: Compose, name: str) -> None:
    # Help is shown only where every option before it is known.
    run([str(built / "bin" / entry()), *file.command(name), "--help"], cwd=built)


def test_an_argument_that_the_command_does_not_take_is_found(built: Path) -> None:
    with pytest.raises(AssertionError, match="there is no option --provder"):
        run([str(built / "bin" / entry()), *WHOLE.command("init"), "--provder", "x", "--help"], cwd=built)


class Machine:
    """The whole compose file on real servers: what is started in it, in the order in which it asks for it."""

    def __init__(self, app: Path, folder: Path, postgres: PostgresServer, kafka: ComposedBroker) -> None:
        self.app, self.folder, self.postgres, self.kafka = app, folder, postgres, kafka
        self.port = str(free_port())
        self.places = {
            "postgres:5432": f"127.0.0.1:{postgres.port}",
            "kafka:9092": kafka.bootstrap,
            "/data/": f"{folder}/",
            "8080": self.port,
        }

    def variables(self, name: str) -> dict[str, str]:
        return WHOLE.variables(name, self.places)

    def container(self, name: str) -> Container:
        return Container(self.app, self.variables(name), self.folder)

    def command(self, name: str) -> list[str]:
        return [entry(), *(word.replace("8080", self.port) for word in WHOLE.command(name))]

    def once(self, name: str) -> None:
        """Run a service that ends."""
        told = self.container(name).run(self.command(name))
        assert told.returncode == 0, told.stderr

    def prepare(self) -> None:
        """Run what ends, as each `up` does."""
        for name in ("init", "roles", "kafka-init"):
            self.once(name)

    def tool(self, *arguments: str) -> str:
        """What `docker compose run --rm ledger` prints."""
        told = self.container("ledger").run([entry(), *arguments])
        assert told.returncode == 0, told.stderr
        return told.stdout


@pytest.fixture(scope="module")
def machine(built: Path, tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer) -> Iterator[Machine]:
    asked = WHOLE.variables("postgres", {})
    user, database = sql.Identifier(asked["POSTGRES_USER"]), sql.Identifier(asked["POSTGRES_DB"])
    with postgres.connect() as connection:
        # As the image of PostgreSQL does with what it is given.
        password = sql.Literal(asked["POSTGRES_PASSWORD"])
        connection.execute(sql.SQL("CREATE ROLE {} SUPERUSER LOGIN PASSWORD {}").format(user, password))
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, user))
    (script,) = (volume.partition(":")[0] for volume in WHOLE.services["postgres"]["volumes"] if ".sh:" in volume)
    where = {"PGHOST": "127.0.0.1", "PGPORT": str(postgres.port), "PGPASSWORD": asked["POSTGRES_PASSWORD"]}
    subprocess.run(["sh", str(ROOT / script)], env={**os.environ, **asked, **where}, check=True)
    folder = tmp_path_factory.mktemp("machine")
    with ComposedBroker(folder / "kafka", WHOLE.variables("kafka", {})) as kafka:
        yield Machine(built, folder, postgres, kafka)
    with postgres.connect() as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))
        for (role,) in connection.execute(r"SELECT rolname FROM pg_roles WHERE rolname LIKE 'sla\_ledger%'").fetchall():
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


def test_the_health_check_of_postgres_tells_one_that_runs_from_one_that_does_not(machine: Machine) -> None:
    program, *rest = WHOLE.check("postgres", {})
    for port, code in ((machine.postgres.port, 0), (free_port(), 2)):
        told = subprocess.run([_program(program), *rest, f"--port={port}"], check=False)
        assert told.returncode == code


def test_the_health_check_of_kafka_tells_one_that_runs_from_one_that_does_not(machine: Machine) -> None:
    check = WHOLE.check("kafka", {})
    assert machine.kafka.healthy(check)
    assert not machine.kafka.healthy([*check[:-1], f"127.0.0.1:{free_port()}"])


def test_what_runs_once_is_content_to_run_again(machine: Machine) -> None:
    for _ in range(2):
        machine.prepare()


def test_whoever_serves_can_neither_change_nor_delete_an_event(machine: Machine) -> None:
    machine.prepare()
    url, password = (machine.variables("api")[name] for name in ("SLA_LEDGER_DATABASE_URL", "PGPASSWORD"))
    for name in ("api", "relay", "projector", "ledger"):
        assert machine.variables(name)["SLA_LEDGER_DATABASE_URL"] == url
    with psycopg.connect(url, password=password, autocommit=True) as connection:
        assert connection.execute("SELECT count(*) FROM events").fetchone() != (0,)
        for statement in ("DELETE FROM events", "UPDATE events SET position = position", "TRUNCATE events"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.encode())


def test_the_api_starts_on_the_ledger_that_was_made_is_found_healthy_and_stops(machine: Machine) -> None:
    machine.prepare()
    key = machine.tool("keys", "create", "--role", "admin").strip()
    container = machine.container("api")
    with container.start(machine.command("api")) as api:
        try:
            container.wait_for(WHOLE.check("api", machine.places), api)
            registered = json.dumps(EXAMPLES["contract.registered.v1"]).encode()
            url = f"http://127.0.0.1:{machine.port}/v1/contracts"
            headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "one", "Content-Type": "application/json"}
            posted = Request(url, registered, headers, method="POST")
            with urlopen(posted, timeout=30) as answer:
                assert answer.status == 201
            machine.prepare()
        finally:
            api.terminate()
        assert api.wait(60) == 0
    assert container.run(WHOLE.check("api", machine.places)).returncode != 0


def test_the_relay_publishes_what_the_ledger_holds_and_stops(machine: Machine) -> None:
    machine.prepare()
    container = machine.container("relay")
    with container.start(machine.command("relay")) as relay:
        try:
            container.wait_for([entry(), "relay", "verify"], relay)
            container.wait_for(WHOLE.check("relay", {}), relay)
        finally:
            relay.terminate()
        assert relay.wait(60) == 0
    assert container.run(WHOLE.check("relay", {})).returncode != 0


def test_a_projector_makes_the_rows_of_what_the_relay_published(machine: Machine) -> None:
    machine.prepare()
    relay = machine.container("relay").run([*machine.command("relay"), "--until-caught-up"])
    assert relay.returncode == 0, relay.stderr
    rows = machine.container("projector").run([*machine.command("projector"), "--until-caught-up"])
    assert rows.returncode == 0, rows.stderr


def places(folder: Path) -> dict[str, str]:
    return {"/data/": f"{folder}/"}


def test_the_embedded_ledger_lies_in_the_volume_and_its_server_is_found_healthy(built: Path, tmp_path: Path) -> None:
    container = Container(built, EMBEDDED.variables("ledger", places(tmp_path)), tmp_path)
    assert container.run([entry(), "init", "--provider", "Example Support"]).returncode == 0
    assert (tmp_path / "sla-ledger.db").is_file()
    port = str(free_port())
    container = Container(built, EMBEDDED.variables("api", places(tmp_path)), tmp_path)
    command = [word.replace("8080", port) for word in EMBEDDED.command("api")]
    with container.start([entry(), *command]) as server:
        try:
            container.wait_for(EMBEDDED.check("api", {"8080": port}), server)
        finally:
            server.terminate()
        assert server.wait(60) == 0


def test_the_services_that_a_newcomer_expects_are_started() -> None:
    assert {name for name, one in WHOLE.services.items() if "profiles" not in one} == {
        *("postgres", "kafka", "init", "roles", "kafka-init", "api", "relay")
    }
    assert {name for name, one in EMBEDDED.services.items() if "profiles" not in one} == {"api"}


def test_nothing_is_started_before_what_it_needs() -> None:
    needs = {
        name: {of: how["condition"] for of, how in one.get("depends_on", {}).items()}
        for name, one in WHOLE.services.items()
    }
    done, healthy = "service_completed_successfully", "service_healthy"
    assert needs["init"] == {"postgres": healthy}
    assert needs["kafka-init"] == {"kafka": healthy}
    assert needs["roles"] == {"init": done}
    assert needs["api"] == {"roles": done}
    assert needs["relay"] == {"roles": done, "kafka-init": done}
    for conditions in needs.values():
        assert all("healthcheck" in WHOLE.services[of] for of, how in conditions.items() if how == healthy)


def test_secrets_are_asked_for_and_the_example_names_every_one() -> None:
    assert WHOLE.asked == set(example())
    assert set(example().values()) == {""}
    passwords = [value for name, value in GIVEN.items() if "PASSWORD" in name]
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    assert not any(password in text for password in passwords)


def test_ports_are_reached_from_this_machine_alone() -> None:
    for file in (WHOLE, EMBEDDED):
        for one in file.services.values():
            assert all(port.startswith("127.0.0.1:") for port in one.get("ports", ()))
    assert EMBEDDED.services["ledger"]["network_mode"] == "none"


@pytest.mark.parametrize(("file", "name"), OURS, ids=[f"{name}{index}" for index, (_, name) in enumerate(OURS)])
def test_what_runs_our_image_can_do_little(file: Compose, name: str) -> None:
    one: dict[str, Any] = file.services[name]
    assert one["image"] == f"sla-ledger:{pyproject()['project']['version']}"
    assert (one["read_only"], one["cap_drop"]) == (True, ["ALL"])
    assert one["security_opt"] == ["no-new-privileges:true"]


def test_the_image_is_built_from_locks_and_runs_without_root() -> None:
    build, final = stages()
    fetching = [step for word, step in build if "pip install" in step and "--no-index" not in step]
    assert fetching
    assert all("--require-hashes" in step for step in fetching)
    assert [rest for keyword, rest in final if keyword == "USER"] == ["10001:10001"]


def test_images_are_named_by_version() -> None:
    tags = [rest.split()[0].partition(":")[2] for word, rest in dockerfile() if word == "FROM"]
    assert all(tag.startswith("3.11.") for tag in tags)
    for one in WHOLE.services.values():
        assert one["image"].partition(":")[2][:1].isdecimal()
    pom = (ROOT / "tests/servers/pom.xml").read_text(encoding="utf-8")
    assert f">{WHOLE.services['kafka']['image'].partition(':')[2]}<" in pom, "not the Kafka that the tests run"
