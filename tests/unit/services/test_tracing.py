"""Traces: nothing where nobody asks, a clear refusal where a part is missing, no more than the log says."""

import sys
from importlib import import_module
from types import SimpleNamespace
from unittest.mock import patch

import pytest

from schemas.operation_problems import PartMissing, SettingUnusable
from services.tracing import open_tracer


def test_without_a_setting_nothing_is_traced_or_imported() -> None:
    with patch.dict(sys.modules, {"opentelemetry.sdk.trace": None}):
        tracer = open_tracer(None)
        with tracer.span("request") as span:
            span.tell({"route": "/healthz"})
        tracer.close()


def test_a_part_that_is_not_installed_is_named_with_its_setting() -> None:
    with patch.dict(sys.modules, {"opentelemetry.sdk.trace": None}), pytest.raises(PartMissing) as refused:
        open_tracer("console")
    assert refused.value.params == {"setting": "SLA_LEDGER_TRACING", "part": "tracing"}


def test_an_exporter_that_is_not_installed_is_refused_with_those_that_are() -> None:
    pytest.importorskip("opentelemetry.sdk.trace")
    with pytest.raises(SettingUnusable, match="console"):
        open_tracer("pigeon")


def test_a_span_holds_what_was_told_of_it_and_no_fault_is_quoted() -> None:
    memory = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter").InMemorySpanExporter()
    tracing = import_module("services.tracing")
    with patch.object(
        tracing, "entry_points", lambda group: [SimpleNamespace(name=group, load=lambda: lambda: memory)]
    ):
        tracer = open_tracer("opentelemetry_traces_exporter")
    with tracer.span("request") as span:
        span.tell({"route": "/healthz", "status": 200})
    with pytest.raises(ValueError, match="Ivanova"), tracer.span("request"):
        raise ValueError("Ivanova")
    tracer.close()
    told, faulty = memory.get_finished_spans()
    assert dict(told.attributes) == {"sla_ledger.route": "/healthz", "sla_ledger.status": 200}
    assert "Ivanova" not in faulty.to_json()
