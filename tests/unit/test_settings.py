"""Settings: what the environment sets, what is refused, and by which name."""

import pytest

from schemas.operation_problems import SettingUnusable, UnknownSetting
from services.settings import DEFAULT_DATABASE, VARIABLES, Settings
from tests.unit.cli.calls import call


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing set."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def test_without_variables_the_defaults_hold() -> None:
    settings = Settings.read()
    assert (settings.database_url, settings.host, settings.batch_limit) == (DEFAULT_DATABASE, "127.0.0.1", 500)


def test_a_variable_sets_and_an_option_goes_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLA_LEDGER_PORT", "9001")
    assert Settings.read().port == 9001
    assert Settings.read(port=None).port == 9001
    assert Settings.read(port=0).port == 0


def test_an_empty_variable_is_one_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLA_LEDGER_PORT", "")
    monkeypatch.setenv("SLA_LEDGER_TRACEBACK", "")
    assert (Settings.read().port, Settings.read().traceback) == (8080, False)


@pytest.mark.parametrize("text", ["1", "0", "no"])
def test_any_text_asks_for_traces_of_faults(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("SLA_LEDGER_TRACEBACK", text)
    assert Settings.read().traceback


@pytest.mark.parametrize(
    ("wrong", "nearest"),
    [
        ("SLA_LEDGER_DATABASE", "SLA_LEDGER_DATABASE_URL"),
        ("SLA_LEDGER_BODY_LIMIT", "SLA_LEDGER_BODY_LIMIT_BYTES"),
        ("SLA_LEDGER_TLS_CERT", "SLA_LEDGER_TLS_CERT_FILE"),
        ("sla_ledger_prt", "SLA_LEDGER_PORT"),
    ],
)
def test_an_unknown_variable_is_refused_naming_the_nearest(
    monkeypatch: pytest.MonkeyPatch, wrong: str, nearest: str
) -> None:
    monkeypatch.setenv(wrong, "1")
    with pytest.raises(UnknownSetting) as refused:
        Settings.read()
    assert refused.value.params == {"setting": wrong, "nearest": nearest}


def test_the_variable_of_the_tests_is_let_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLA_LEDGER_SCALE", "0.1")
    assert Settings.read().port == 8080


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SLA_LEDGER_PORT", "http"),
        ("SLA_LEDGER_PORT", "65536"),
        ("SLA_LEDGER_BATCH_LIMIT", "501"),
        ("SLA_LEDGER_DRAIN_SECONDS", "-1"),
        ("SLA_LEDGER_DRAIN_SECONDS", "nan"),
        ("SLA_LEDGER_LOG_LEVEL", "loud"),
        ("SLA_LEDGER_OIDC_ALGORITHMS", "none"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingUnusable) as refused:
        Settings.read()
    assert refused.value.params["setting"] == variable
    assert value not in refused.value.message.removeprefix(variable)


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ("TLS_CERT_FILE", "SLA_LEDGER_TLS_KEY_FILE"),
        ("TLS_KEY_FILE", "SLA_LEDGER_TLS_CERT_FILE"),
        ("OIDC_ISSUER", "SLA_LEDGER_OIDC_AUDIENCE"),
    ],
)
def test_what_belongs_together_is_given_together(monkeypatch: pytest.MonkeyPatch, given: str, missing: str) -> None:
    monkeypatch.setenv(f"SLA_LEDGER_{given}", "x")
    with pytest.raises(SettingUnusable) as refused:
        Settings.read()
    assert refused.value.params["setting"] == missing


def test_every_command_refuses_a_variable_that_is_spelt_wrong() -> None:
    answer = call("calendar", "list", env={"SLA_LEDGER_PROT": "9001"})
    assert (answer.code, answer.data) == (2, b"")
    assert "SLA_LEDGER_PROT is not a setting" in answer.talk
    assert "SLA_LEDGER_PORT" in answer.talk
