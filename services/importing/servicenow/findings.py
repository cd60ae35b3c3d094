"""What the conversion finds beside events: what the source lost, and the source's own verdicts.

Both are written as JSONL, one object a line:

    {"line": 17, "incident": "INC0000083", "reason": "missing-updates", "count": 3,
     "detail": "updates 4 to 6"}
    {"incident": "INC0000083", "made_sla": true}
"""

from dataclasses import dataclass
from enum import StrEnum

import orjson

__all__ = ["Outcome", "Reason", "Reject"]


class Reason(StrEnum):
    """Why something of the source became no event, or not as it stands; see docs/servicenow.md."""

    BAD_FIELDS = "bad-fields"
    BAD_NUMBER = "bad-number"
    BAD_UPDATE_COUNT = "bad-update-count"
    BAD_TEXT = "bad-text"
    BAD_DATE = "bad-date"
    REPEATED_UPDATE = "repeated-update"
    MISSING_UPDATES = "missing-updates"
    GOES_BACK = "goes-back"
    OCCURS_AFTER_RECORDED = "occurs-after-recorded"
    RESOLVED_BEFORE_OPENED = "resolved-before-opened"
    NO_CREATED_AT = "no-created-at"
    NO_RESOLVED_AT = "no-resolved-at"
    NO_NEW_ROW = "no-new-row"
    NO_CALLER = "no-caller"
    NO_ENGINEER = "no-engineer"
    UNKNOWN_STATE = "unknown-state"
    UNKNOWN_PRIORITY = "unknown-priority"
    UNKNOWN_OUTCOME = "unknown-outcome"
    PRIORITY_AFTER_CLOSING = "priority-after-closing"
    INCIDENT_NOT_DATED = "incident-not-dated"
    INCIDENT_WITHOUT_PRIORITY = "incident-without-priority"
    INCIDENT_WITHOUT_CHANNEL = "incident-without-channel"


@dataclass(frozen=True, slots=True)
class Reject:
    """One thing that the source lost or says wrongly: on which line, of which incident.

    `incident` is None where the row does not name one that can be an id. `count` is the number of
    rows lost there (missing-updates), else 1.
    """

    line: int
    incident: str | None
    reason: Reason
    detail: str
    count: int = 1

    def to_line(self) -> bytes:
        """The reject as a line of JSONL, without its line feed."""
        return _json_line(
            {
                "line": self.line,
                "incident": self.incident,
                "reason": self.reason,
                "count": self.count,
                "detail": self.detail,
            }
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """The source's own verdict on one incident, as its last update has it."""

    incident: str
    made_sla: bool

    def to_line(self) -> bytes:
        """The outcome as a line of JSONL, without its line feed."""
        return _json_line({"incident": self.incident, "made_sla": self.made_sla})


def _json_line(value: dict[str, object]) -> bytes:
    return orjson.dumps(value)
