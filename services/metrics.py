"""What the server counts of itself, as Prometheus reads it.

Every label has few values that the code itself names: methods, routes as they are written in it, statuses, problems of
the catalogue. Nothing that a request holds ever becomes one.
"""

from collections.abc import Callable
from functools import cache
from typing import Final, Literal, get_args

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from ledger.group_commit import Committed
from schemas.problems import LedgerError

__all__ = ["CONTENT_TYPE", "NOWHERE", "Kind", "Metrics", "method_label"]

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST

Kind = Literal["read", "write"]

NOWHERE: Final = "-"
"""The route of what came to none: an unknown path, or a request that was turned away."""

_METHODS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
_SIZES: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256, 500)
_SECONDS: Final = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


def method_label(method: str) -> str:
    """The method of a request where it is one that HTTP knows: a client may name any."""
    return method if method in _METHODS else "other"


class Metrics:
    """The figures of one server; it is told of each commit (ledger.group_commit.Observer) and of each answer."""

    def __init__(self) -> None:
        """Begin at nought."""
        self.registry: Final = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._appends = self._counter("appends", "Events recorded.")
        self._refusals = self._counter("refusals", "Requests refused, by the name of the problem or rule.", "name")
        self._requests = self._counter("requests", "Requests answered.", "method", "route", "status")
        self._shed = self._counter("shed", "Requests turned away because too many were in flight.", "kind")
        self._commits = self._histogram("commit_seconds", "From the first decision of a group to its fsync.", _SECONDS)
        self._syncs = self._histogram("sync_seconds", "The database's own commit of a group, its fsync.", _SECONDS)
        self._batches = self._histogram("commit_events", "Events in one commit.", _SIZES)
        self._groups = self._histogram("commit_requests", "Requests in one commit.", _SIZES)
        self._answers = self._histogram("answer_seconds", "From a request to the end of its answer.", _SECONDS, "route")
        self._flight = self._gauge("in_flight", "Requests that are being answered.", "kind")
        self._head = self._gauge("head_position", "The last position recorded.")
        # Finding a series by its labels takes as long as counting in it, several times a request.
        self._request = cache(self._requests.labels)
        self._answer = cache(self._answers.labels)
        self._refusal = cache(self._refusals.labels)
        self._taken = {kind: self._flight.labels(kind) for kind in get_args(Kind)}
        self._turned_away = {kind: self._shed.labels(kind) for kind in get_args(Kind)}

    def watch(self, *, projection_lag: Callable[[], int], feed_readers: Callable[[], int]) -> None:
        """Take what is looked up at each scrape: events not yet in the read model, readers of the feed."""
        self._gauge("projection_lag_events", "Events recorded that the read model lacks.").set_function(projection_lag)
        self._gauge("feed_readers", "Connections that follow the feed.").set_function(feed_readers)

    def committed(self, group: Committed) -> None:
        """See ledger.group_commit.Observer."""
        self._appends.inc(group.events)
        self._commits.observe(group.seconds)
        self._syncs.observe(group.sync_seconds)
        self._batches.observe(group.events)
        self._groups.observe(group.requests)
        self._head.set(group.head)

    def refused(self, error: LedgerError) -> None:
        """See ledger.group_commit.Observer; counted with its answer, where every other refusal is counted too."""

    def entered(self, kind: Kind) -> None:
        """A request is taken."""
        self._taken[kind].inc()

    def left(self, kind: Kind) -> None:
        """A request that was taken is answered, or its caller has gone."""
        self._taken[kind].dec()

    def shed(self, kind: Kind) -> None:
        """A request was turned away because too many were in flight."""
        self._turned_away[kind].inc()

    def answered(self, method: str, route: str, status: int, seconds: float, problem: str | None) -> None:
        """A request was answered; `problem` is the name of what it was refused by."""
        self._request(method, route, status).inc()
        self._answer(route).observe(seconds)
        if problem is not None:
            self._refusal(problem).inc()

    def page(self) -> bytes:
        """All figures in Prometheus' text form."""
        return generate_latest(self.registry)

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(f"sla_ledger_{name}", meaning, labels, registry=self.registry)

    def _gauge(self, name: str, meaning: str, *labels: str) -> Gauge:
        return Gauge(f"sla_ledger_{name}", meaning, labels, registry=self.registry)

    def _histogram(self, name: str, meaning: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(f"sla_ledger_{name}", meaning, labels, registry=self.registry, buckets=buckets)
