"""The problem catalogue as Fluent source: the English of every problem, rule and reason stands in schemas alone.

Other languages translate it in their `problems.ftl`, under the same ids.
"""

import re
from collections.abc import Iterator

from schemas.problems import CATALOGUE, InvalidInput, RuleBroken
from schemas.refusal import Refusal

__all__ = ["english_problems"]


def english_problems() -> str:
    """A message for each problem (with `.title` and `.remedy`), rule and reason (with `.remedy`)."""
    return "\n".join(_entries())


def _entries() -> Iterator[str]:
    for problem in CATALOGUE.values():
        yield f"{problem.name} = {_pattern(problem.template)}"
        yield f"    .title = {problem.title}"
        yield f"    .remedy = {_pattern(problem.remedy)}"
    for tabled in (InvalidInput, RuleBroken):
        for code, refusal in tabled.table.items():
            yield from _refusal(f"{tabled.problem.name}-{code}", refusal)


def _refusal(name: str, refusal: Refusal) -> Iterator[str]:
    yield f"{name} = {_pattern(refusal.message)}"
    yield f"    .remedy = {_pattern(refusal.remedy)}"


def _pattern(template: str) -> str:
    return re.sub(r"{(\w+)}", r"{ $\1 }", template)
