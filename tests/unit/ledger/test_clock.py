"""The ledger's clock: not believed once it has jumped ahead, until a person confirms it."""

import pytest

from ledger.clock import WatchedClock
from ledger.drivers.system import system_machine
from schemas.instants import from_micros, to_micros
from schemas.problems import ClockSuspect

MINUTE = 60_000_000_000


class Hands:
    """Two clocks whose hands a test moves, in nanoseconds."""

    def __init__(self) -> None:
        self.wall = 1_714_208_400_000_000_000
        self.boot = 7_000_000_000

    def pass_time(self, nanos: int) -> None:
        self.wall += nanos
        self.boot += nanos

    def clock(self) -> WatchedClock:
        return WatchedClock(lambda: self.wall, lambda: self.boot)


def test_it_tells_the_wall_clocks_time_to_the_microsecond() -> None:
    hands = Hands()
    clock = hands.clock()
    hands.pass_time(90 * MINUTE + 1_999)
    assert to_micros(clock.now()) == 1_714_208_400_000_000 + 90 * 60_000_000 + 1


def test_a_clock_that_jumps_ahead_is_not_believed() -> None:
    hands = Hands()
    clock = hands.clock()
    hands.wall += 5 * MINUTE
    clock.now()
    hands.wall += 1_000
    with pytest.raises(ClockSuspect) as problem:
        clock.now()
    assert problem.value.params["now"] == "2024-04-27T09:05:00.000001Z"
    assert problem.value.params["expected"] == "2024-04-27T09:00:00Z"


def test_until_a_person_confirms_it() -> None:
    hands = Hands()
    clock = hands.clock()
    hands.wall += 60 * MINUTE
    clock.confirm()
    assert clock.now() == from_micros(hands.wall // 1_000)


def test_a_clock_set_back_is_believed_because_the_log_does_not_go_back_with_it() -> None:
    hands = Hands()
    clock = hands.clock()
    hands.wall -= 60 * MINUTE
    assert clock.now() == from_micros(hands.wall // 1_000)


def test_a_machine_that_slept_has_a_boot_clock_that_went_on() -> None:
    hands = Hands()
    clock = hands.clock()
    hands.pass_time(3 * 24 * 60 * MINUTE)
    clock.now()


def test_this_machine_makes_instants_ids_and_salts() -> None:
    machine = system_machine()
    assert machine.clock.now() <= machine.clock.now()
    assert machine.new_id() != machine.new_id()
    assert len(machine.new_salt("/data/title")) == 32
    assert machine.new_salt("/data/title") != machine.new_salt("/data/title")
