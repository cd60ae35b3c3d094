"""The figures of a server: what is told of commits and answers, with labels that are words of the code."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from ledger.group_commit import Committed
from schemas.problems import RuleBroken
from services.metrics import Metrics


def figures(metrics: Metrics) -> dict[tuple[str, tuple[str, ...]], float]:
    """Every figure, by its name and the values of its labels."""
    families = text_string_to_metric_families(metrics.page().decode())
    return {(one.name, tuple(one.labels.values())): one.value for family in families for one in family.samples}


def test_a_commit_is_counted_with_its_size_and_time() -> None:
    metrics = Metrics()
    metrics.committed(Committed(head=107, requests=3, events=7, seconds=0.004, sync_seconds=0.002))
    metrics.committed(Committed(head=108, requests=1, events=1, seconds=0.003, sync_seconds=0.001))
    found = figures(metrics)
    assert found["sla_ledger_appends_total", ()] == 8
    assert found["sla_ledger_head_position", ()] == 108
    assert found["sla_ledger_commit_events_bucket", ("8.0",)] == 2
    assert found["sla_ledger_commit_events_bucket", ("1.0",)] == 1
    assert found["sla_ledger_commit_requests_sum", ()] == 4
    assert found["sla_ledger_commit_seconds_sum", ()] == pytest.approx(0.007)


def test_an_answer_is_counted_by_route_and_a_refusal_by_its_name_once() -> None:
    metrics = Metrics()
    error = RuleBroken(rule="incident-closed", subject="INC-2024-000017")
    metrics.refused(error)
    metrics.answered("POST", "/v1/incidents/{incident}/events", 409, 0.002, error.key)
    metrics.answered("POST", "/v1/incidents/{incident}/events", 201, 0.002, None)
    found = figures(metrics)
    assert found["sla_ledger_refusals_total", ("rule-broken-incident-closed",)] == 1
    assert found["sla_ledger_requests_total", ("POST", "/v1/incidents/{incident}/events", "409")] == 1
    assert found["sla_ledger_answer_seconds_count", ("/v1/incidents/{incident}/events",)] == 2


def test_requests_under_way_go_up_and_down() -> None:
    metrics = Metrics()
    metrics.entered("write")
    metrics.entered("write")
    metrics.left("write")
    metrics.shed("read")
    found = figures(metrics)
    assert found["sla_ledger_in_flight", ("write",)] == 1
    assert found["sla_ledger_shed_total", ("read",)] == 1


def test_what_is_watched_is_looked_up_at_each_scrape() -> None:
    metrics, lag = Metrics(), iter((5, 0))
    metrics.watch(projection_lag=lambda: next(lag), feed_readers=lambda: 2)
    first, second = figures(metrics), figures(metrics)
    assert (first["sla_ledger_projection_lag_events", ()], second["sla_ledger_projection_lag_events", ()]) == (5, 0)
    assert first["sla_ledger_feed_readers", ()] == 2


def test_two_servers_of_one_process_count_apart() -> None:
    one, other = Metrics(), Metrics()
    one.committed(Committed(1, 1, 1, 0.001, 0.001))
    assert figures(other)["sla_ledger_appends_total", ()] == 0
