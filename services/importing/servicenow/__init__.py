"""A ServiceNow incident audit log, converted into events by a mapping file."""

from services.importing.servicenow.conversion import Conversion, Summary, convert
from services.importing.servicenow.findings import Outcome, Reason, Reject

__all__ = ["Conversion", "Outcome", "Reason", "Reject", "Summary", "convert"]
