"""Hypothesis strategies for what the canonical profile can express."""

import unicodedata
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from schemas.model import LARGEST_INTEGER
from schemas.text import fault_of

texts = (
    st.text(st.characters(exclude_categories=("Cs", "Cn"), exclude_characters="\x00"))
    .filter(lambda text: fault_of(text) is None)
    .map(lambda text: unicodedata.normalize("NFC", text))
)
keys = st.from_regex(r"[a-z][a-z0-9_]{0,7}", fullmatch=True)
scalars = st.one_of(texts, st.booleans(), st.integers(-LARGEST_INTEGER, LARGEST_INTEGER))
values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
objects = st.dictionaries(keys, values, max_size=6)
instants = st.datetimes(
    min_value=datetime(1, 1, 1),  # noqa: DTZ001  (Hypothesis wants naive bounds)
    max_value=datetime(9999, 12, 31, 23, 59, 59, 999_999),  # noqa: DTZ001
    timezones=st.just(UTC),
)
