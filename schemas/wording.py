"""What is wrong with a document, in words of our own: the libraries' English is neither stable nor translated.

Each function takes a library's complaint and gives a phrase that stands after a colon; command lines translate it
phrase by phrase.
"""

import re
from collections.abc import Callable, Mapping
from json import JSONDecodeError
from tomllib import TOMLDecodeError
from types import MappingProxyType
from typing import Any, Final

from pydantic_core import ErrorDetails

__all__ = ["json_fault", "model_fault", "toml_fault"]

_MODEL: Final[Mapping[str, str | Callable[[Mapping[str, Any]], str]]] = MappingProxyType(
    {
        "missing": "it is missing",
        "extra_forbidden": "there is no such entry",
        "model_type": "it should be an object",
        "dict_type": "it should be an object",
        "json_invalid": "it is not JSON",
        "tuple_type": "it should be an array",
        "list_type": "it should be an array",
        "string_type": "it should be a string",
        "int_type": "it should be an integer",
        "bool_type": "it should be true or false",
        "literal_error": lambda known: f"it should be one of {str(known['expected']).replace(' or ', ', ')}",
        "string_pattern_mismatch": lambda known: f"it should have the form {known['pattern']}",
        "string_too_short": lambda known: _at_least(known["min_length"]),
        "too_short": lambda known: _at_least(known["min_length"]),
        "string_too_long": lambda known: f"it should be no longer than {known['max_length']}",
        "too_long": lambda known: f"it should be no longer than {known['max_length']}",
        "greater_than_equal": lambda known: f"it should be at least {known['ge']}",
        "less_than_equal": lambda known: f"it should be at most {known['le']}",
        "value_error": lambda known: str(known["error"]),
    }
)
_JSON: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Expecting value": "a value is missing",
        "Expecting property name enclosed in double quotes": "a key in double quotes is missing",
        "Expecting ':' delimiter": "a colon is missing",
        "Expecting ',' delimiter": "a comma or the end is missing",
        "Extra data": "something follows after the end",
        "Unterminated string starting at": "a string is not ended",
    }
)


def model_fault(detail: ErrorDetails) -> str:
    """What pydantic found of a value, in our words; where it is one of our own checks, what that says."""
    told = _MODEL.get(detail["type"], detail["msg"])
    return told if isinstance(told, str) else told(detail.get("ctx", {}))


def json_fault(error: JSONDecodeError, *, lines: bool) -> str:
    """What is wrong with a text that is not JSON, and at which character; in a file of several `lines`, of which."""
    fault = _JSON.get(error.msg, "an escape or a character is not one of JSON's")
    return (
        f"{fault} (line {error.lineno}, character {error.colno})" if lines else f"{fault} (character {error.pos + 1})"
    )


def toml_fault(error: TOMLDecodeError | UnicodeDecodeError) -> str:
    """Why a file is no TOML, and where."""
    if isinstance(error, UnicodeDecodeError):
        return f"it is not UTF-8 (byte {error.start})"
    place = re.search(r"\(at line (\d+), column (\d+)\)$", str(error))
    if place is None:
        return "it is not TOML: something is missing at the end"
    return f"it is not TOML (line {place[1]}, character {place[2]})"


def _at_least(length: int) -> str:
    return "it should not be empty" if length == 1 else f"it should not be shorter than {length}"
