"""The hostile corpus: requests that no well-meaning client makes, as data."""

from tests.security.corpus import dealings, documents, envelopes, fields, framing, headers, paths
from tests.security.corpus.case import Case

__all__ = ["corpus"]


def corpus() -> tuple[Case, ...]:
    """All cases, in the order in which they are sent."""
    parts = (documents, fields, headers, framing, paths, envelopes, dealings)
    return tuple(case for part in parts for case in part.cases())
