"""How a line of the product and a line of the naive judge are set beside each other, on every field."""

from collections.abc import Mapping
from typing import Any

import orjson

from schemas.instants import parse_instant
from services.evaluation import evaluate_lines
from tests.naive.evaluate import Case, evaluate
from tests.strategies.histories import History
from tests.strategies.lines import Wire

NOTHING: Mapping[str, str] = {}


def by_product(lines: tuple[Wire, ...], as_of: str, settle: Mapping[str, str] = NOTHING) -> list[Wire]:
    """The product's verdicts on a bare file of these lines."""
    file = [orjson.dumps(line) for line in lines]
    return list(evaluate_lines(file, as_of=parse_instant(as_of), settle=settle))


def disagreement(expected: Any, found: Any, at: str = "") -> str | None:
    """Where the product's value first differs from the naive one, or None.

    The product may say more than the naive judge: only the fields that the naive one prints are compared. How many
    readings give a verdict, and the literal outcome, are compared exactly.
    """
    if isinstance(expected, dict) and isinstance(found, dict):
        if at.endswith(("/verdicts", "/error")) and expected.keys() != found.keys():
            return f"{at}: naive {expected}, product {found}"
        pairs = [(f"{at}/{key}", value, found.get(key)) for key, value in expected.items()]
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        pairs = [(f"{at}/{place}", one, other) for place, (one, other) in enumerate(zip(expected, found, strict=True))]
    else:
        return None if expected == found else f"{at}: naive {expected!r}, product {found!r}"
    differing = (disagreement(value, other, where) for where, value, other in pairs)
    return next((one for one in differing if one is not None), None)


def first_disagreement(history: History, case: type[Case] = Case, settle: Mapping[str, str] = NOTHING) -> str | None:
    """Where the two judges first differ on a history, at either of its instants, or None."""
    for as_of in history.as_of:
        found = disagreement(
            evaluate(history.lines, as_of, settle, case),
            by_product(history.lines, as_of, settle),
            f"seed {history.seed} as of {as_of}: ",
        )
        if found is not None:
            return found
    return None
