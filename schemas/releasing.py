"""What was released last, kept in schemas/released/, and whether what would be published now breaks it.

`python -m schemas.releasing` compares schemas/generated/ with it and exits 1 where somebody would be broken;
`--release` takes the generated files over as the released ones, which it refuses in the same case. The version that
they were released with stands in the documents themselves.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from schemas.compatibility import Use, incompatibilities
from schemas.event_schemas import Schema
from schemas.topic_schemas import dereferenced

__all__ = ["breaks", "main"]

_GENERATED: Final = Path(__file__).parent / "generated"
_RELEASED: Final = Path(__file__).parent / "released"
_KEPT: Final = frozenset(("canonical", "topics"))


def breaks(released: Path = _RELEASED, generated: Path = _GENERATED) -> Iterator[str]:
    """Each way in which the generated files break who relies on the released ones: the file, where, what changed."""
    for path in sorted(released.rglob("*.json")):
        name = path.relative_to(released)
        now = generated / name
        if not now.exists():
            yield f"{name}: it was removed"
            continue
        compare = {"openapi.json": _http, "asyncapi.json": _topics}.get(str(name), _schemas(_use_of(name)))
        yield from (f"{name}: {found}" for found in compare(_read(path), _read(now)))


def _use_of(name: Path) -> Use:
    if name.parts[0] in _KEPT:
        return "kept"
    return "answered" if str(name) == "verdict.json" else "sent"


def _schemas(use: Use) -> Callable[[Schema, Schema], Iterator[str]]:
    return lambda old, new: incompatibilities(old, new, use)


def _topics(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    """The document of the topics: every channel with its address, key and messages."""
    for name, channel in old["channels"].items():
        now = new["channels"].get(name)
        if now is None:
            yield f"channels/{name}: it was removed"
            continue
        if now.get("address") != channel["address"]:
            yield f"channels/{name}: its address changed"
        if now.get("bindings") != channel["bindings"]:
            yield f"channels/{name}: how it is kept changed"
        yield from (
            f"channels/{name}/{gone}: it was removed" for gone in channel["messages"].keys() - now["messages"].keys()
        )
    for name, message in old["components"]["messages"].items():
        now = new["components"]["messages"].get(name)
        if now is None:
            yield f"messages/{name}: it was removed"
            continue
        form, form_now = _media_type(old, message), _media_type(new, now)
        if form != form_now:
            yield f"messages/{name}/contentType: {form} became {form_now}"
        for part in (("payload",), ("headers",), ("bindings", "kafka", "key")):
            was, is_now = _part(old, message, part), _part(new, now, part)
            yield from (f"messages/{name}/{part[-1]}{found}" for found in incompatibilities(was, is_now, "kept"))


def _media_type(document: dict[str, Any], message: dict[str, Any]) -> object:
    return message.get("contentType", document.get("defaultContentType"))


def _part(document: dict[str, Any], message: dict[str, Any], path: Sequence[str]) -> Schema:
    found: Any = message
    for step in path:
        found = found.get(step, {})
    return dereferenced(found, document["components"]["schemas"])


def _http(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    """The API: every operation, what it is asked with, what it answers."""
    for path, operations in old["paths"].items():
        for method, operation in operations.items():
            now = new["paths"].get(path, {}).get(method)
            where = f"{method.upper()} {path}"
            if now is None:
                yield f"{where}: it was removed"
                continue
            yield from (f"{where}: {found}" for found in _asked(old, operation, new, now))
            yield from (f"{where}: {found}" for found in _answered(old, operation, new, now))


def _asked(old: dict[str, Any], operation: Any, new: dict[str, Any], now: Any) -> Iterator[str]:
    was, is_now = _parameters(operation), _parameters(now)
    for name, parameter in is_now.items():
        if parameter.get("required") and not was.get(name, {}).get("required"):
            yield f"parameter {name}: it has become required"
    for name, parameter in was.items():
        if name not in is_now:
            yield f"parameter {name}: it was removed"
        else:
            found = _compared(old, parameter, new, is_now[name], "sent")
            yield from (f"parameter {name}{one}" for one in found)
    body, body_now = operation.get("requestBody", {}), now.get("requestBody", {})
    if body_now.get("required") and not body.get("required"):
        yield "body: it has become required"
    yield from (f"body {found}" for found in _contents(old, body, new, body_now, "sent"))


def _answered(old: dict[str, Any], operation: Any, new: dict[str, Any], now: Any) -> Iterator[str]:
    for status, response in operation["responses"].items():
        if status in now["responses"]:
            found = _contents(old, response, new, now["responses"][status], "answered")
            yield from (f"answer {status} {one}" for one in found)
        elif status.startswith("2"):
            yield f"answer {status}: it was removed"


def _parameters(operation: Any) -> dict[str, Any]:
    return {f"{one['name']} in {one['in']}": one for one in operation.get("parameters", ())}


def _contents(old: dict[str, Any], was: Any, new: dict[str, Any], is_now: Any, use: Use) -> Iterator[str]:
    for media_type, content in was.get("content", {}).items():
        if media_type not in is_now.get("content", {}):
            yield f"{media_type}: it was removed"
        else:
            found = _compared(old, content, new, is_now["content"][media_type], use)
            yield from (f"{media_type}{one}" for one in found)


def _compared(old: dict[str, Any], was: Any, new: dict[str, Any], is_now: Any, use: Use) -> Iterator[str]:
    before = dereferenced(was.get("schema", {}), old["components"]["schemas"])
    after = dereferenced(is_now.get("schema", {}), new["components"]["schemas"])
    yield from incompatibilities(before, after, use)


def _read(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def main(arguments: Sequence[str] | None = None, *, released: Path = _RELEASED, generated: Path = _GENERATED) -> int:
    """Say what would break who relies on the released schemas, or release the generated ones; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m schemas.releasing", description=main.__doc__)
    parser.add_argument("--release", action="store_true", help="take the generated schemas over as the released ones")
    asked = parser.parse_args(arguments)
    found = list(breaks(released, generated))
    for one in found:
        sys.stderr.write(f"breaks: {one}\n")
    if found:
        return 1
    if asked.release:
        if released.exists():
            shutil.rmtree(released)
        shutil.copytree(generated, released)
    return 0


if __name__ == "__main__":
    sys.exit(main())
