"""Another source's own verdicts, to set beside ours: JSON lines of an incident and whether it holds that it was kept.

    {"incident": "INC0000083", "made_sla": true}

This is what `import --outcomes` writes.
"""

from collections.abc import Iterable

from schemas.decode import parse_line
from schemas.problems import InvalidInput

__all__ = ["MalformedOutcomeError", "read_outcomes"]


class MalformedOutcomeError(ValueError):
    """A line that is no outcome, or names an incident again with the other verdict; `line` is its number."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def read_outcomes(lines: Iterable[bytes]) -> dict[str, bool]:
    """The verdicts by incident; other members of a line are ignored. Raises MalformedOutcomeError."""
    outcomes: dict[str, bool] = {}
    for number, line in enumerate(lines, 1):
        try:
            wire = parse_line(line)
        except InvalidInput as error:
            raise MalformedOutcomeError(number) from error
        match wire:
            case {"incident": str(incident), "made_sla": bool(kept)}:
                if outcomes.setdefault(incident, kept) != kept:
                    raise MalformedOutcomeError(number)
            case _:
                raise MalformedOutcomeError(number)
    return outcomes
