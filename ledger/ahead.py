"""What the requests of a group will ask of the database, asked at once: a round trip for all instead of one for each.

It holds as long as the head row does: nobody else records meanwhile, and what the group itself records it knows.
"""

from collections.abc import Sequence

from ledger.recorder import LedgerRecorder, Row, StoredAnswer
from ledger.submission import Submission
from ledger.warm import WarmRecord
from schemas.incident_events import IncidentOpened

__all__ = ["Ahead"]


class Ahead:
    """What was committed before a group, as far as its requests name it."""

    def __init__(self, recorder: LedgerRecorder, warm: WarmRecord, submissions: Sequence[Submission]) -> None:
        """Ask for the answers, the events and the states that the requests name."""
        self._recorder = recorder
        self._warm = warm
        names = [(one.caller, one.key) for one in submissions]
        elements = [element for one in submissions for element in one.elements]
        self._answers = recorder.find_answers(names)
        self._ids = {one.proposal.id for one in elements if one.proposal.id is not None}
        self._rows = recorder.find_all(sorted(self._ids))
        subjects = {one.proposal.subject for one in elements if not one.numbered}
        subjects |= {one.proposal.data.contract for one in elements if isinstance(one.proposal.data, IncidentOpened)}
        warm.look_up(subjects, self._ids - self._rows.keys())

    def find_answer(self, caller: str, key: str) -> StoredAnswer | None:
        """What was answered under a caller's key."""
        return self._answers.get((caller, key))

    def find(self, event_id: str) -> Row | None:
        """The event of this id."""
        return self._rows.get(event_id) if event_id in self._ids else self._recorder.find(event_id)

    def highest_number(self, prefix: str) -> str | None:
        """The highest subject that is the prefix and six digits."""
        return self._recorder.highest_number(prefix)

    def numbered(self, subject: str) -> None:
        """Know that a number is above the highest one, so that nothing was recorded under it."""
        self._warm.know_absent(subject)
