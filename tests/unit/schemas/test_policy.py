"""A policy file is refused by the entry that is wrong, with what is wrong with it; the shipped one is the model."""

import pytest

from projections.policies import shipped_policy
from schemas.policy import parse_amount, parse_policy
from schemas.problems import PolicyUnusable

SHIPPED = shipped_policy().decode()
BASIC_DAYS = 'weekdays         = ["mon", "tue", "wed", "thu", "fri"]\nhours            = ["09:00-18:00"]'


def refusal(before: str, after: str) -> str:
    """What is said of the shipped file with one passage changed."""
    assert SHIPPED.count(before) >= 1
    with pytest.raises(PolicyUnusable) as raised:
        parse_policy(SHIPPED.replace(before, after, 1).encode())
    return f"{raised.value.params['entry']}: {raised.value.params['reason']}"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('"24 hours",         premium', '"a day",         premium', "'a day' is not an amount"),
        ('"24 hours",         premium', '"0 hours",         premium', "'0 hours' is not an amount"),
        ("priority = 4", "priority = 5", "priority"),
        ("priority = 4", "priority = 3", "one row for each of the priorities 1 to 4"),
        ('"premium+" = "12 hours"', '"platinum" = "12 hours"', "priority 2: each level must have a time"),
        ('utc_offset = "+03:00"', 'utc_offset = "+3"', "'+3' is not an offset"),
        ('"00:00-24:00"', '"00:00-25:00"', "'00:00-25:00' is not a window"),
        ('"00:00-24:00"', '"18:00-09:00"', "must close after it opens"),
        ('["00:00-24:00"]', '["09:00-13:00", "12:00-18:00"]', "must not overlap"),
        ('"premium-holidays"\n', '"clock-start"\n', "'clock-start' is neither"),
        ("premium-holidays      = ", "# ", "the question premium-holidays must be listed"),
        ("reopened-clock        = ", "reopened-clocks       = ", "reopened-clocks is not one of the questions"),
        ('utc_offset = "+03:00"', 'utc_offset = "+03:00"\ncountry = "RU"', "country"),
        (
            BASIC_DAYS,
            'weekdays         = ["mon"]\nhours            = ["09:00-09:02"]',
            "level basic: its hours are so few",
        ),
    ],
)
def test_what_is_wrong_is_named(before: str, after: str, said: str) -> None:
    assert said in refusal(before, after)


def test_the_shipped_file_is_laid_out_like_the_table_of_the_contract() -> None:
    policy = parse_policy(shipped_policy())
    table = {level: [amount.text for amount in policy.targets(level)] for level in policy.level}
    assert table == {
        "basic": ["24 hours", "12 working hours", "18 working hours", "24 working hours"],
        "premium": ["6 hours", "12 hours", "18 hours", "24 hours"],
        "premium+": ["6 hours", "12 hours", "18 hours", "24 hours"],
    }


def test_an_amount_says_whether_it_is_working_time() -> None:
    plain, working, minutes = (parse_amount(text) for text in ("1 hour", "12 working hours", "90 minutes"))
    assert (plain.micros, plain.working) == (3_600_000_000, False)
    assert (working.micros, working.working) == (12 * 3_600_000_000, True)
    assert (minutes.micros, minutes.working) == (90 * 60_000_000, False)
