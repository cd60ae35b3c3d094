"""Traces of requests and commits for those who collect them, by OpenTelemetry where it is installed and asked for.

A span says what a line of the log says, and no more. Where nothing is asked for, a tracer costs one call that does
nothing; the library is then not even imported.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from importlib.metadata import entry_points
from typing import Any, Final, Protocol, Self

from schemas.operation_problems import PartMissing, SettingUnusable
from services.version import DISTRIBUTION, product_version

__all__ = ["SILENCE", "Span", "Tracer", "open_tracer"]

_EXPORTERS: Final = "opentelemetry_traces_exporter"
_SETTING: Final = "SLA_LEDGER_TRACING"


class Span(Protocol):
    """A stretch of work that is traced."""

    def tell(self, facts: Mapping[str, Any]) -> None:
        """What is known of it."""


class Tracer(Protocol):
    """Who traces."""

    def span(self, name: str) -> AbstractContextManager[Span]:
        """Trace what is done inside."""

    def close(self) -> None:
        """Hand over what is still kept."""


def open_tracer(exporter: str | None) -> Tracer:
    """The tracer whose traces go to the exporter of that name, or to nobody. Raises PartMissing, SettingUnusable."""
    if exporter is None:
        return SILENCE
    try:
        return _Collected(exporter)
    except ImportError:
        raise PartMissing(setting=_SETTING, part="tracing") from None


class _Silence:
    """Traces nothing: a tracer, and the one span it has."""

    def span(self, name: str) -> Self:
        del name
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def tell(self, facts: Mapping[str, Any]) -> None:
        pass

    def close(self) -> None:
        pass


SILENCE: Final[Tracer] = _Silence()
"""The tracer where nothing is asked for."""


class _Collected:
    """Traces by OpenTelemetry's own library; the exporter reads the variables `OTEL_…` that it documents."""

    def __init__(self, exporter: str) -> None:
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415  (an optional part)
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

        found = {one.name: one for one in entry_points(group=_EXPORTERS)}
        if exporter not in found:
            raise SettingUnusable(
                setting=_SETTING, reason=f"no such exporter is installed ({', '.join(sorted(found))})"
            )
        resource = Resource.create({"service.name": DISTRIBUTION, "service.version": product_version()})
        self._provider = TracerProvider(resource=resource)
        self._provider.add_span_processor(BatchSpanProcessor(found[exporter].load()()))
        self._tracer = self._provider.get_tracer(DISTRIBUTION)

    @contextmanager
    def span(self, name: str) -> Iterator[Span]:
        with self._tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False) as span:
            yield _Told(span)

    def close(self) -> None:
        self._provider.shutdown()


class _Told:
    def __init__(self, span: Any) -> None:
        self._span = span

    def tell(self, facts: Mapping[str, Any]) -> None:
        self._span.set_attributes({f"sla_ledger.{name}": value for name, value in facts.items()})
