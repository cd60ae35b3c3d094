"""Load for a server from a process of its own: as many requests as it answers, or as many a second as it is told."""

from benchmarks.load.plan import Plan, Result, load

__all__ = ["Plan", "Result", "load"]
