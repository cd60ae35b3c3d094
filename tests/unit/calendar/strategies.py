"""Service intervals to try the calendar on: small whole numbers, so that edges meet often."""

from __future__ import annotations

from hypothesis import strategies as st

from projections.calendar import Interval

instants = st.integers(min_value=-5, max_value=130)
amounts = st.integers(min_value=0, max_value=60)


def _interval(start: int, length: int) -> Interval:
    return start, start + length


intervals = st.lists(st.builds(_interval, st.integers(0, 100), st.integers(0, 20)), max_size=12)
