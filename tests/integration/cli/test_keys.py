"""`keys`, `clock` and `accesses`: who may ask, by which clock, and who has read what."""

import re
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from ledger.application import Ledger
from ledger.drivers.system import system_machine
from tests.unit.cli.calls import Answer, call

KEY = re.compile(r"slk_([a-z2-7]{10})_[0-9a-f]{64}\n")


def create(url: str, *arguments: str) -> Answer:
    return call("keys", "create", "--database", url, *arguments)


def prefix(answer: Answer) -> str:
    found = KEY.fullmatch(answer.text)
    assert found is not None, answer.text
    return found[1]


def listed(url: str) -> dict[str, dict[str, object]]:
    return {key["prefix"]: key for key in call("keys", "list", "--json", "--database", url).lines}


def test_the_key_alone_is_on_stdout(ledger: str) -> None:
    answer = create(ledger, "--role", "admin")
    assert (answer.code, answer.talk) == (0, "")
    assert prefix(answer) in listed(ledger)


def test_the_list_tells_what_a_key_allows_and_no_secret(ledger: str) -> None:
    made = create(
        ledger, "--role", "service", "--act-as", "system,engineer", "--actor-id", "crm", "--contract", "C-001"
    )
    key = listed(ledger)[prefix(made)]
    assert (key["role"], key["contracts"], key["act_as"]) == ("service", ["C-001"], ["engineer", "system"])
    assert (key["actor_id"], key["expires_at"], key["valid"]) == ("crm", None, True)
    secret = made.text.strip().split("_")[2]
    for shown in (call("keys", "list", "--database", ledger), call("keys", "list", "--json", "--database", ledger)):
        assert prefix(made) in shown.text
        assert secret not in shown.text


def test_a_contract_that_is_not_registered_is_warned_of(ledger: str) -> None:
    answer = create(ledger, "--role", "customer", "--contract", "C-404")
    assert "C-404" in answer.talk
    assert listed(ledger)[prefix(answer)]["contracts"] == ["C-404"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--role", "king"], "--role: king"),
        (["--role", "customer"], "--contract"),
        (["--role", "engineer", "--act-as", "system"], "--act-as"),
        (["--role", "service", "--act-as", "auditor"], "--act-as: auditor"),
        (["--role", "admin", "--contract", "a b"], "--contract"),
        (["--role", "admin", "--contract", "provider"], "--contract"),
        (["--role", "admin", "--actor-id", ""], "--actor-id"),
        (["--role", "admin", "--actor-id", "a\x00"], "--actor-id"),
        (["--role", "admin", "--expires", "tomorrow"], "--expires: tomorrow"),
        (["--role", "admin", "--expires", "PT0S"], "--expires: PT0S"),
        (["--role", "admin", "--expires", "P99999999D"], "--expires"),
    ],
)
def test_a_grant_that_makes_no_sense_is_refused_by_option(ledger: str, arguments: list[str], told: str) -> None:
    answer = create(ledger, *arguments)
    assert (answer.code, answer.data) == (2, b"")
    assert told in answer.talk
    assert listed(ledger) == {}


def test_a_key_expires(ledger: str) -> None:
    made = create(ledger, "--role", "reporter", "--expires", "P90D")
    until = datetime.fromisoformat(str(listed(ledger)[prefix(made)]["expires_at"]))
    assert timedelta(days=89) < until - datetime.now(UTC) <= timedelta(days=90)
    assert "valid until" in call("keys", "list", "--database", ledger).text


def test_a_revoked_key_stays_in_the_list_and_is_of_no_use(ledger: str) -> None:
    made = create(ledger, "--role", "admin")
    answer = call("keys", "revoke", prefix(made), "--database", ledger, "--json")
    assert answer.code == 0
    key = listed(ledger)[prefix(made)]
    assert (key["valid"], key["revoked_at"]) == (False, answer.lines[0]["revoked_at"])
    assert "revoked" in call("keys", "list", "--database", ledger).text


def test_keys_are_made_where_there_is_a_ledger_alone(url: str) -> None:
    answer = create(url, "--role", "admin")
    assert answer.code == 4
    assert "sla-ledger init" in answer.talk


def test_a_pseudonym_is_forgotten_once(ledger: str) -> None:
    with Ledger.open(ledger) as opened:
        pseudonym = opened.pseudonyms.of("https://id.example", "ivanova@example.org")
    assert call("keys", "forget", pseudonym, "--database", ledger).code == 0
    assert call("keys", "forget", pseudonym, "--database", ledger).code == 2


def test_confirming_the_clock_tells_what_it_says(ledger: str) -> None:
    answer = call("clock", "confirm", "--database", ledger, "--json")
    assert answer.code == 0
    told = datetime.fromisoformat(answer.lines[0]["now"])
    assert abs(told - system_machine().clock.now()) < timedelta(minutes=1)


def test_accesses_are_listed_in_order_and_verified(ledger: str) -> None:
    with Ledger.open(ledger) as opened:
        for number in range(1, 4):
            opened.access_log.record("abcdefghij", "auditor", f"values INC-2024-{number:06}")
        chain = opened.access_log.head().chain.hex()
    lines = call("accesses", "list", "--after", "1", "--json", "--database", ledger).lines
    assert [(line["number"], line["what"]) for line in lines] == [
        (2, "values INC-2024-000002"),
        (3, "values INC-2024-000003"),
    ]
    assert "INC-2024-000001" in call("accesses", "list", "--database", ledger).text
    verified = call("accesses", "verify", "--database", ledger, "--json")
    assert (verified.code, verified.lines) == (0, [{"count": 3, "chain": chain}])


def test_an_empty_access_log_is_sound(ledger: str) -> None:
    answer = call("accesses", "verify", "--database", ledger, "--json")
    assert (answer.code, orjson.loads(answer.data)["count"]) == (0, 0)
