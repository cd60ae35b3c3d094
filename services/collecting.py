"""The cyclic garbage collector, of which judging needs nothing: none of what it makes is a cycle.

So a command that judges works without it. What a server is made of lives as long as it does: modules, routes, models,
and the histories that the read model works on. A full collection walks all of it, a tenth of a second in which nothing
is answered, to find next to nothing. So what is there when serving begins is set aside, and the collector comes less
often: what a request leaves is freed by its reference counts, but for the few cycles of a traceback.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

__all__ = ["set_aside", "without_collector"]

_THRESHOLDS: Final = (10_000, 20, 50)
"""Objects made more than freed before the youngest are looked at; how often that is before the older ones are."""


def set_aside() -> None:
    """Leave all that is there to itself, once and for all."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)


@contextmanager
def without_collector() -> Iterator[None]:
    """Work without the cyclic collector, which would walk all that is kept again and again; none of it is a cycle."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
