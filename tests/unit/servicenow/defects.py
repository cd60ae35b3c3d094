"""A dozen incidents, each with a defect of its own, as an audit log brings them."""

from collections.abc import Iterator

from tests.unit.servicenow.audit_log import Cells, ordinary_incident, row


def audit_log() -> Iterator[Cells]:
    """The rows in the order of the file: by incident, not by time."""
    yield from ordinary_incident("INC0000012")
    yield from _reopened("INC0000011")
    yield from _never_new("INC0000010")
    yield from _closed_without_resolution("INC0000009")
    yield from _resolved_before_it_was_opened("INC0000008")
    yield from _going_back("INC0000007")
    yield from _without_dates("INC0000006")
    yield from _through_an_unknown_state("INC0000005")
    yield from _with_changing_priorities("INC0000004")
    yield from _by_nobody("INC0000003")
    yield from _by_a_channel_not_named("INC0000002")
    yield from _with_lost_updates("INC0000001")


def _reopened(number: str) -> Iterator[Cells]:
    last = {"opened_at": "29/2/2016 23:50", "resolved_at": "4/3/2016 12:00"}
    yield row(number, 0, "New", "1/3/2016 09:05", **last)
    yield row(number, 1, "Resolved", "1/3/2016 09:30", **last)
    yield row(number, 2, "Closed", "2/3/2016 09:30", **last)
    yield row(number, 3, "Active", "3/3/2016 09:00", **last)
    yield row(number, 4, "Resolved", "4/3/2016 12:00", **last)


def _never_new(number: str) -> Iterator[Cells]:
    yield row(number, 0, "Active", "1/3/2016 09:05")
    yield row(number, 1, "Resolved", "1/3/2016 09:40", made_sla="false")


def _closed_without_resolution(number: str) -> Iterator[Cells]:
    yield row(number, 0, "New", "1/3/2016 09:05", contact_type="Email")
    yield row(number, 1, "Closed", "1/3/2016 09:07")


def _resolved_before_it_was_opened(number: str) -> Iterator[Cells]:
    yield row(number, 0, "New", "1/3/2016 09:05")
    yield row(number, 1, "Resolved", "1/3/2016 12:00", resolved_at="1/3/2016 08:00")


def _going_back(number: str) -> Iterator[Cells]:
    yield row(number, 0, "New", "1/3/2016 09:00")
    yield row(number, 1, "Active", "1/3/2016 12:00")
    yield row(number, 2, "Resolved", "1/3/2016 11:00", resolved_at="1/3/2016 10:30")


def _without_dates(number: str) -> Iterator[Cells]:
    yield row(number, 0, "New", "1/3/2016 09:05", opened_at="?")
    yield row(number, 1, "Active", "1/3/2016 10:00", opened_at="?")


def _through_an_unknown_state(number: str) -> Iterator[Cells]:
    yield row(number, 0, "New", "1/3/2016 09:05")
    yield row(number, 1, "-100", "1/3/2016 09:20")
    yield row(number, 2, "Resolved", "1/3/2016 09:21", resolved_at="1/3/2016 10:20")


def _with_changing_priorities(number: str) -> Iterator[Cells]:
    yield row(number, 0, "New", "1/3/2016 09:05", sys_created_at="?")
    yield row(number, 1, "Active", "1/3/2016 09:20", priority="1 - Critical")
    yield row(number, 2, "Resolved", "1/3/2016 09:20", priority="2 - High")
    yield row(number, 3, "Closed", "6/3/2016 09:20", priority="4 - Low", made_sla="?")


def _by_nobody(number: str) -> Iterator[Cells]:
    nobody = {"sys_updated_by": "system", "caller_id": "?"}
    yield row(number, 0, "New", "1/3/2016 09:05", **nobody)
    yield row(number, 1, "Awaiting Vendor", "1/3/2016 09:20", **nobody)


def _by_a_channel_not_named(number: str) -> Iterator[Cells]:
    yield row(number, 0, "New", "1/3/2016 09:05", contact_type="?")


def _with_lost_updates(number: str) -> Iterator[Cells]:
    yield row(number, 0, "New", "1/3/2016 09:05")
    yield row(number, 4, "Active", "someday")
    yield row(number, 5, "Active", "1/3/2016 13:00")
    yield row(number, 5, "Active", "1/3/2016 13:00")
