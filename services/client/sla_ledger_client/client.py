"""The client that waits: what `exchange` and `feed` say is done here, with httpx and the clock.

Made from `async_client.py`, which is the file to change, by `python -m services.client_code`.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

import httpx

from sla_ledger_client import reading, writing
from sla_ledger_client.answers import Document, Event, FeedItem, Recorded, State, Verdict
from sla_ledger_client.arguments import EventOptions, Kind, event_of, key_of
from sla_ledger_client.connection import Connection, failure_of, headers_of, reply_of
from sla_ledger_client.exchange import Pause, Plan, Send, Step, answered, recorded
from sla_ledger_client.feed import FeedReader, Wanted
from sla_ledger_client.keys import KeyStore, MemoryKeyStore
from sla_ledger_client.reading import Readings
from sla_ledger_client.request import Call, NoAnswer, Reply, Request
from sla_ledger_client.resuming import resumed
from sla_ledger_client.retries import Conduct, Retries
from sla_ledger_client.writing import NewEvent, Resumed

__all__ = ["Feed", "LedgerClient"]

T = TypeVar("T")


class LedgerClient:
    """A ledger over HTTP. It may be used by many threads; close it, or use it in a `with` statement.

    `keys` is where writes are kept until their outcome is known: in memory, or in a file that outlives the program.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        keys: KeyStore | None = None,
        timeout: httpx.Timeout | float = 10.0,
        retries: Retries | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.keys: KeyStore = MemoryKeyStore() if keys is None else keys
        self._conduct = Conduct(retries or Retries())
        self._connection = Connection.to(base_url, api_key, timeout)
        self._http = httpx.Client(transport=transport, **self._connection.options())

    def register_contract(
        self,
        contract: str,
        data: Mapping[str, Any],
        **options: Unpack[EventOptions],
    ) -> Recorded:
        """Register a contract."""
        event, key = event_of("contract.registered.v1", data, contract, options)
        return self._write(writing.registering(event, key), key)

    def open_incident(
        self, data: Mapping[str, Any], *, number: str | None = None, **options: Unpack[EventOptions]
    ) -> Recorded:
        """Open an incident. The ledger numbers it; its number is the answer's `subject`."""
        event, key = event_of("incident.opened.v1", data, number, options)
        return self._write(writing.opening(event, key), key)

    def append(
        self,
        subject: str,
        type: str,  # noqa: A002 (the name of the field)
        data: Mapping[str, Any],
        **options: Unpack[EventOptions],
    ) -> Recorded:
        """Record an event of an incident, a contract, a release: of whatever its type is about."""
        event, key = event_of(type, data, subject, options)
        return self._write(writing.appending(event, key), key)

    def append_batch(self, events: Sequence[NewEvent], *, key: str | None = None) -> tuple[Recorded, ...]:
        """Record several events in their order, all or none."""
        chosen = key_of(key, *events)
        return self._write(writing.batch(events, chosen), chosen)

    def erase(
        self,
        subject: str,
        events: Sequence[str],
        fields: Sequence[str],
        *,
        basis: str,
        kind: Kind = "incident",
        **options: Unpack[EventOptions],
    ) -> Recorded:
        """Erase values for ever, by the ids of their events and JSON pointers; every hash still agrees."""
        data = {"events": list(events), "fields": list(fields), "basis": basis}
        event, key = event_of(f"{kind}.values-erased.v1", data, subject, options)
        return self._write(writing.erasing(event, key), key)

    def resume(self) -> tuple[Resumed, ...]:
        """Bring to its end what an earlier run had begun: each write that is kept is sent again under its key."""
        return self._carry_out(resumed(self.keys, self._conduct))

    def incident(self, number: str) -> State:
        """What is on record of an incident, with the version to append to."""
        return self._read(reading.state("incidents", number))

    def contract(self, contract: str) -> State:
        """What is on record of a contract, with the version to append to."""
        return self._read(reading.state("contracts", contract))

    def events(
        self,
        subject: str,
        *,
        kind: Kind = "incident",
        after: int | None = None,
    ) -> tuple[Event, ...]:
        """The events of an incident or a contract, after a version, byte for byte as they are hashed."""
        return self._read(reading.events(f"{kind}s", subject, after))

    def verdict(
        self,
        incident: str,
        *,
        as_of: datetime | None = None,
        at_position: int | None = None,
        readings: Readings | None = None,
    ) -> Verdict:
        """What the contract says of an incident, by what was known at an instant or a position."""
        return self._read(reading.verdict(incident, as_of, at_position, readings))

    def explanation(
        self,
        incident: str,
        *,
        as_of: datetime | None = None,
        at_position: int | None = None,
        readings: Readings | None = None,
    ) -> Document:
        """How the verdict was counted, hour by hour."""
        return self._read(reading.explanation(incident, as_of, at_position, readings))

    def timeline(
        self,
        incident: str,
        *,
        as_of: datetime | None = None,
        at_position: int | None = None,
        readings: Readings | None = None,
    ) -> Document:
        """What happened to an incident, on one axis."""
        return self._read(reading.timeline(incident, as_of, at_position, readings))

    def values(self, subject: str, *, kind: Kind = "incident") -> Document:
        """The free text and the people of an incident or a contract, for a key that may have them."""
        return self._read(reading.values(f"{kind}s", subject))

    def incidents(self, **filters: Unpack[reading.IncidentFilters]) -> Iterator[Mapping[str, Any]]:
        """The incidents that fit, page by page."""
        cursor: str | None = None
        while True:
            page = self._read(reading.incidents(filters, cursor))
            yield from page.items
            cursor = page.next
            if cursor is None:
                return

    def compliance(self, **filters: Unpack[reading.ComplianceFilters]) -> Document:
        """What was kept, broken and disputed, by month."""
        return self._read(reading.compliance(filters))

    def deadlines(self, **filters: Unpack[reading.DeadlineFilters]) -> Document:
        """What falls due next."""
        return self._read(reading.deadlines(filters))

    def openapi(self) -> Document:
        """The description of the API as this server serves it."""
        return self._read(reading.openapi())

    def feed(self, after: str | int | None = None, **wanted: Unpack[reading.FeedOptions]) -> "Feed":
        """The events after a cursor, in the ledger's order, for as long as one iterates."""
        return Feed(self._http, self._connection, FeedReader(Wanted(**wanted), after, self._conduct))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read(self, call: Call[T]) -> T:
        return self._carry_out(answered(call, self._conduct))

    def _write(self, call: Call[T], key: str) -> T:
        return self._carry_out(recorded(call, key, self.keys, self._conduct))

    def _carry_out(self, plan: Plan[T]) -> T:
        outcome: Any = None
        while True:
            try:
                step = plan.send(outcome)
            except StopIteration as done:
                result: T = done.value
                return result
            outcome = self._do(step)

    def _do(self, step: Step) -> Any:
        match step:
            case Send(call):
                return self._send(call.request)
            case Pause(seconds):
                return time.sleep(seconds)
            case _:
                return step.act()

    def _send(self, request: Request) -> Reply | NoAnswer:
        try:
            return reply_of(self._http.request(**self._connection.message(request)))
        except httpx.RequestError as error:
            return failure_of(error)


class Feed:
    """An iterator over the feed that reconnects by itself. `cursor` is what to begin after the next time."""

    def __init__(self, http: httpx.Client, connection: Connection, reader: FeedReader) -> None:
        self._http = http
        self._connection = connection
        self._reader = reader

    @property
    def cursor(self) -> str | None:
        """Everything up to it was given out, and dealt with once the next event is asked for."""
        return self._reader.cursor

    def __iter__(self) -> Iterator[FeedItem]:
        reader = self._reader
        while not reader.is_over:
            failure: NoAnswer | None = None
            try:
                with self._http.stream(**self._connection.message(reader.request())) as response:
                    reader.begin(response.status_code, headers_of(response))
                    for chunk in response.iter_bytes():
                        yield from reader.hear(chunk)
            except (httpx.RequestError, ValueError) as error:
                failure = failure_of(error)
            time.sleep(reader.end(failure))
