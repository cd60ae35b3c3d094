"""A row computed again: what `evaluate` prints over the events up to its position, as of its instant."""

from collections.abc import Mapping
from typing import Any

from ledger.application import Ledger
from schemas.instants import parse_instant
from services.evaluation import evaluate_lines

Row = Mapping[str, Any]

_COLUMNS = ("standing", "clause", "readings")


def evaluated(ledger: Ledger, row: Row) -> Mapping[str, Any]:
    """What `evaluate` prints of the row's incident over the events up to its position, as of its instant."""
    lines = [row_.state for row_ in ledger.rows(until=row["as_of_position"])]
    policies = {sha: ledger.policy_text(sha) or b"" for sha in ledger.policy_hashes()}
    (verdict,) = evaluate_lines(
        lines, as_of=parse_instant(row["as_of"]), incidents=[row["incident"]], policies=policies
    )
    return verdict


def assert_is_what_evaluate_prints(row: Row, verdict: Mapping[str, Any]) -> None:
    """Fail where a row of an obligation is not what the verdict line says of it."""
    assert ("error" in verdict) == (row["problem"] is not None)
    if row["problem"] is not None:
        assert verdict["error"]["problem"] == row["problem"].partition(":")[0]
        assert row["verdict"] is row["standing"] is row["readings"] is None
        return
    (said,) = (one for one in verdict["obligations"] if one["obligation"] == row["obligation"])
    literal = said["literal"]
    assert row["level"] == verdict["level"]
    assert row["policy_sha256"] == verdict["policy"]["sha256"]
    assert [row[name] for name in _COLUMNS] == [said[name] for name in _COLUMNS]
    assert (row["verdict"], row["at"]) == (literal["verdict"], literal["at"])
    assert row["readings_breached"] == said["verdicts"].get("breached", 0)
    assert row["depends_on"] == ",".join(said["depends_on"])
    assert row["decisive"] == ",".join(said["decisive"])
    if row["obligation"] != "continuous-work":
        assert row["due_at"] == literal["due"]
        assert (row["earliest_due_at"], row["latest_due_at"]) == (said["earliest_due"], said["latest_due"])


__all__ = ["Row", "assert_is_what_evaluate_prints", "evaluated"]
