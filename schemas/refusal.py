"""One line of a table of refusals: what is wrong and what to do, as templates."""

from dataclasses import dataclass

__all__ = ["Refusal"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is said when something is refused for one particular cause."""

    message: str
    remedy: str
