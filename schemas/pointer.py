"""JSON pointers (RFC 6901): how a refusal, a salt and an erasure name a place in an event."""

from functools import lru_cache
from typing import Any

__all__ = ["child", "resolve", "split"]


def child(pointer: str, part: str | int) -> str:
    """The pointer one step further, to a member by its key or an element by its index."""
    if type(part) is str and ("~" in part or "/" in part):
        part = part.replace("~", "~0").replace("/", "~1")
    return f"{pointer}/{part}"


@lru_cache(maxsize=4096)
def split(pointer: str) -> tuple[str, ...]:
    """The steps of a pointer; none for the pointer to the whole."""
    if pointer == "":
        return ()
    head, *steps = pointer.split("/")
    if head:
        raise ValueError(f"{pointer} is not a JSON pointer")
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in steps)


def resolve(document: Any, pointer: str) -> Any:
    """The value at a pointer. Raises LookupError where there is none."""
    place = document
    for step in split(pointer):
        match place:
            case dict():
                place = place[step]
            case list() | tuple() if step.isascii() and step.isdigit():
                place = place[int(step)]
            case _:
                raise LookupError(pointer)
    return place
