"""Which media type an answer has: the one the caller likes best of those that there are (RFC 9110, 12.5.1)."""

import re
from collections.abc import Sequence
from typing import Final, TypeVar

from schemas.problems import http_problems

__all__ = ["negotiate"]

_Offer = TypeVar("_Offer", bound=str)

_LONGEST: Final = 1_000

_weight = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?").fullmatch


def negotiate(accept: str | None, offered: Sequence[_Offer]) -> _Offer:
    """The best of the media types `offered`, the first one where the caller has no preference. Raises NotAcceptable."""
    if accept is None or not accept.strip():
        return offered[0]
    ranges = dict(_range(one) for one in accept[:_LONGEST].lower().split(","))
    weights = [_weight_of(offer, ranges) for offer in offered]
    best = max(weights)
    if best == 0:
        raise http_problems.NotAcceptable(allowed=", ".join(offered))
    return offered[weights.index(best)]


def _range(text: str) -> tuple[str, float]:
    """A media range and its weight; other parameters are passed over, as nothing offered here has any."""
    name, *parameters = (part.strip() for part in text.split(";"))
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            return name, float(value) if _weight(value) else 0.0
    return name, 1.0


def _weight_of(offer: str, ranges: dict[str, float]) -> float:
    """The weight of the closest range that an offer falls into."""
    for name in (offer, f"{offer.partition('/')[0]}/*", "*/*"):
        if name in ranges:
            return ranges[name]
    return 0.0
