"""Sorting on disk: the order of the lines, whatever came in, and nothing left behind."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.importing.external_sort import MERGED_AT_ONCE, ExternalSort

lines = st.lists(st.binary(max_size=12).map(lambda line: line.replace(b"\n", b" ")))


@settings(max_examples=50)
@given(lines, st.integers(min_value=1, max_value=64))
def test_lines_go_out_sorted_however_many_runs_they_made(given_lines: list[bytes], run_bytes: int) -> None:
    with ExternalSort(run_bytes) as sort:
        for line in given_lines:
            sort.add(line)
        assert list(sort) == sorted(given_lines, key=lambda line: line + b"\n")


def test_it_may_be_read_again_and_goes_on_taking() -> None:
    with ExternalSort(run_bytes=1) as sort:
        sort.add(b"b")
        assert list(sort) == list(sort) == [b"b"]
        sort.add(b"a")
        assert list(sort) == [b"a", b"b"]


def test_the_number_of_runs_stays_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with ExternalSort(run_bytes=1) as sort:
        for number in range(3 * MERGED_AT_ONCE):
            sort.add(b"%05d" % (number * 7919 % 1000))
        assert len(list(tmp_path.rglob("run-*"))) < MERGED_AT_ONCE
        assert len(list(sort)) == 3 * MERGED_AT_ONCE
    assert list(tmp_path.iterdir()) == []


def test_a_line_feed_inside_a_line_is_a_fault_of_the_caller() -> None:
    with ExternalSort() as sort, pytest.raises(AssertionError):
        sort.add(b"a\nb")
