"""The published contracts: JSON Schemas of events, topics and the verdict, and the document of the topics.

    generated/<type>.json             the interchange form and commands; unknown fields are refused
    generated/canonical/<type>.json   the canonical form; a reader ignores fields it does not know
    generated/topics/<topic>.json     a record of the topic, without the prefix `sla-ledger.`
    generated/verdict.json            one line of what the evaluation prints
    generated/asyncapi.json           the topics as AsyncAPI 3.0: channels, keys, messages, examples
    generated/openapi.json            the API over HTTP; services.api.openapi makes it

`python -m schemas.generate` writes them, `--check` compares and exits 1 when one is stale. A schema
says less than the decoder: duplicate keys, NUL or a date that does not exist are beyond it.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Final

from schemas.asyncapi import asyncapi_document
from schemas.event_schemas import Schema, canonical, interchange
from schemas.events import TYPES
from schemas.topic_schemas import topic_schemas
from schemas.verdict_schema import VERDICT_SCHEMA

__all__ = ["main", "published"]

_FOLDER: Final = Path(__file__).parent / "generated"
_MADE_ELSEWHERE: Final = frozenset((_FOLDER / "openapi.json",))


def published() -> dict[str, Schema]:
    """Every published schema by its path under schemas/generated/."""
    documents = {f"{name}.json": interchange(model) for name, model in TYPES.items()}
    documents |= {f"canonical/{name}.json": canonical(model) for name, model in TYPES.items()}
    documents |= {f"topics/{name}.json": schema for name, schema in topic_schemas().items()}
    documents["verdict.json"] = VERDICT_SCHEMA
    return documents


def _rendered() -> dict[Path, str]:
    documents = {**published(), "asyncapi.json": asyncapi_document(metadata.version("sla-ledger"))}
    texts = {name: json.dumps(document, ensure_ascii=False, indent=2) for name, document in documents.items()}
    return {_FOLDER / name: f"{text}\n" for name, text in texts.items()}


def _stale(rendered: dict[Path, str]) -> list[Path]:
    superfluous = [path for path in _FOLDER.rglob("*.json") if path not in rendered and path not in _MADE_ELSEWHERE]
    differing = [
        path for path, text in rendered.items() if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    return sorted(superfluous + differing)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the published schemas, or with `--check` say which are stale; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m schemas.generate", description=main.__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 when stale")
    rendered = _rendered()
    if parser.parse_args(arguments).check:
        stale = _stale(rendered)
        for path in stale:
            sys.stderr.write(f"stale: {path.relative_to(_FOLDER)}\n")
        return 1 if stale else 0
    for path in _stale(rendered):
        if path in rendered:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(rendered[path], encoding="utf-8")
        else:
            path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
