"""Who goes on where one of its own readings ended has not begun another one."""

from services.api.trails import Trail, Trails


def read(trails: Trails, caller: str, after: int, ended: int, *, whole: bool = True) -> Trail:
    trail = trails.begin(caller, after)
    trail.ended, trail.whole = ended, whole
    return trail


def test_the_first_reading_is_not_live() -> None:
    trails = Trails()
    assert not trails.is_live("a", 0)
    assert not trails.is_live("a", 7)
    assert not trails.begin("a", 7).live


def test_a_reading_goes_on_where_it_ended_and_nowhere_else() -> None:
    trails = Trails()
    read(trails, "a", 0, 10)
    assert [after for after in range(12) if trails.is_live("a", after)] == [10]


def test_one_that_was_cut_off_goes_on_wherever_it_may_have_come_to_but_not_from_its_beginning() -> None:
    trails = Trails()
    read(trails, "a", 3, 6, whole=False)
    assert [after for after in range(12) if trails.is_live("a", after)] == [4, 5, 6]


def test_a_live_one_that_was_cut_off_may_begin_again() -> None:
    trails = Trails()
    read(trails, "a", 0, 3)
    assert read(trails, "a", 3, 6, whole=False).live
    assert [after for after in range(12) if trails.is_live("a", after)] == [3, 4, 5, 6]


def test_what_was_continued_is_over() -> None:
    trails = Trails()
    read(trails, "a", 0, 5)
    read(trails, "a", 5, 9)
    assert not trails.is_live("a", 5)


def test_another_caller_has_no_part_in_it() -> None:
    trails = Trails()
    read(trails, "a", 0, 5)
    assert not trails.is_live("b", 5)


def test_several_readings_of_a_caller_go_on_side_by_side() -> None:
    trails = Trails()
    read(trails, "a", 0, 5)
    read(trails, "a", 0, 9)
    read(trails, "a", 5, 6)
    assert trails.is_live("a", 6)
    assert trails.is_live("a", 9)


def test_the_callers_seen_last_are_remembered_and_no_more() -> None:
    trails = Trails(most_callers=2)
    for caller in ("a", "b", "a", "c"):
        read(trails, caller, 0, 5)
    assert [caller for caller in "abc" if trails.is_live(caller, 5)] == ["a", "c"]


def test_the_last_readings_of_a_caller_are_remembered_and_no_more() -> None:
    trails = Trails()
    for ended in range(1, 101):
        read(trails, "a", 0, ended)
    assert sum(trails.is_live("a", ended) for ended in range(1, 101)) == 16
