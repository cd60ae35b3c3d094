import pytest

from tests.scale import VARIABLE, scaled


@pytest.mark.parametrize(
    ("scale", "full_count", "minimum", "count"),
    [
        ("0.1", 200, 1, 20),
        ("1", 200, 1, 200),
        ("10", 200, 1, 2000),
        ("0.1", 5, 1, 1),
        ("0.1", 200, 50, 50),
        ("1/3", 300, 1, 100),
    ],
)
def test_a_harness_runs_its_share_but_never_less_than_shows_something(
    monkeypatch: pytest.MonkeyPatch, scale: str, full_count: int, minimum: int, count: int
) -> None:
    monkeypatch.setenv(VARIABLE, scale)
    assert scaled(full_count, minimum) == count


def test_without_the_variable_a_tenth_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert scaled(2000) == 200


@pytest.mark.parametrize("scale", ["0", "-1", "", "much"])
def test_a_scale_on_which_nothing_would_run_is_refused(monkeypatch: pytest.MonkeyPatch, scale: str) -> None:
    monkeypatch.setenv(VARIABLE, scale)
    with pytest.raises(ValueError, match=r"above 0|Invalid literal"):
        scaled(200)
