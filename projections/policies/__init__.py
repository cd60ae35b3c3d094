"""The policy files that ship with the product, as bytes: what is adopted and hashed is the file itself."""

from functools import cache
from importlib.resources import files

SHIPPED = "tron-asoc"


@cache
def shipped_policy() -> bytes:
    """The policy that judges where none was ever adopted (EVENTS.md, Which policy judges)."""
    return files(__name__).joinpath(f"{SHIPPED}.toml").read_bytes()


__all__ = ["SHIPPED", "shipped_policy"]
