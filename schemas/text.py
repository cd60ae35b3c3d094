"""Which texts the language admits: Unicode 14.0, composed (NFC), without NUL or half surrogates.

The tables of Unicode grow with every Python, so what is unassigned is written down here once
(schemas.unassigned) and asked before normalisation: the composed form of text that Unicode 14.0
knows is the same under every later version.
"""

import re
import unicodedata
from typing import Final

from schemas.unassigned import UNASSIGNED

__all__ = ["admissible", "fault_of", "is_admissible", "shown"]

_LONGEST_SHOWN: Final = 80


def _character_class(astral: bool) -> str:
    ranges = (entry.partition("-") for entry in UNASSIGNED.split())
    spans = ((int(first, 16), int(last or first, 16)) for first, _, last in ranges)
    return "".join(
        f"{re.escape(chr(first))}-{re.escape(chr(last))}" for first, last in spans if (first > 0xFFFF) == astral
    )


_has_astral = re.compile("[\U00010000-\U0010ffff]").search
_bmp_unassigned = re.compile(f"[\x00\ud800-\udfff{_character_class(astral=False)}]").search
_astral_unassigned = re.compile(f"[{_character_class(astral=True)}]").search


def fault_of(text: str) -> tuple[str, str] | None:
    """The reason why a text is not admitted and the code point at fault, None where it is.

    That it may not be composed is no fault here: `admissible` composes it.
    """
    found = _bmp_unassigned(text)
    if found is None and _has_astral(text) is not None:
        found = _astral_unassigned(text)
    if found is None:
        return None
    character = found.group()
    code_point = f"U+{ord(character):04X}"
    if character == "\x00":
        return "nul-character", code_point
    if "\ud800" <= character <= "\udfff":
        return "lone-surrogate", code_point
    return "unassigned-character", code_point


def is_admissible(text: str) -> bool:
    """Whether a text may stand in canonical bytes as it is."""
    return (text.isascii() and "\x00" not in text) or (
        fault_of(text) is None and unicodedata.is_normalized("NFC", text)
    )


def admissible(text: str) -> str:
    """The text composed (NFC). Raises ValueError where `fault_of` finds a fault."""
    fault = fault_of(text)
    if fault is not None:
        raise ValueError(" ".join(fault))
    return unicodedata.normalize("NFC", text)


def shown(text: str) -> str:
    """A foreign text as a message may quote it: printable, of bounded length."""
    cut = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
    return cut if cut.isprintable() else ascii(cut)[1:-1]
