"""The library's way to its infrastructure: one recorder, given; nothing is read from the environment."""

from typing import Any, Never

from eventsourcing.persistence import (
    InfrastructureFactory,
    NotSupportedError,
    TrackingRecorder,
)
from eventsourcing.utils import Environment

from ledger.recorder import LedgerRecorder

__all__ = ["RecorderFactory"]


class RecorderFactory(InfrastructureFactory[TrackingRecorder]):
    """Hands the application the recorder that it was opened with."""

    def __init__(self, env: Environment, recorder: LedgerRecorder) -> None:
        """Take the recorder of an open ledger."""
        super().__init__(env)
        self._recorder = recorder

    def application_recorder(self) -> LedgerRecorder:
        """The ledger's recorder."""
        return self._recorder

    def aggregate_recorder(self, purpose: str = "events") -> Never:
        """Not supported: states are brought back from events alone, there are no snapshots."""
        raise NotSupportedError(f"the ledger records no {purpose} apart")

    def tracking_recorder(self, tracking_recorder_class: Any = None) -> Never:
        """Not supported: the ledger follows nobody."""
        del tracking_recorder_class
        raise NotSupportedError("the ledger tracks no other application")

    def process_recorder(self) -> Never:
        """Not supported: the ledger follows nobody."""
        raise NotSupportedError("the ledger processes no other application's events")

    def close(self) -> None:
        """Let go of the database."""
        self._recorder.close()
