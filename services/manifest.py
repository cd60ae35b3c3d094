"""The manifest beside an export: which ledger it is of, how many events, their hash chain, the policies' texts.

    {"format": "sla-ledger.export.v1", "ledger": …, "provider": …, "count": …, "chain": …, "policies": {sha256: text}}

Trust: whoever can change both the export and its manifest can make them agree. What the manifest proves is that the
file was not cut short or damaged since; that nobody changed it, only a chain value known from elsewhere can show.
"""

from hashlib import sha256
from pathlib import Path
from typing import Annotated, Final, Literal

import orjson
from pydantic import AfterValidator, Field, ValidationError

from schemas.model import LARGEST_INTEGER, Model
from schemas.policy import parse_policy
from schemas.problems import FileUnreadable, ManifestUnusable, PolicyUnusable
from schemas.wording import model_fault

__all__ = ["FORMAT", "Manifest", "read_manifest"]

FORMAT: Final = "sla-ledger.export.v1"
_LARGEST_BYTES: Final = 64 * 1024 * 1024

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


def _kept_by_hash(policies: dict[str, str]) -> dict[str, str]:
    for digest, text in policies.items():
        if sha256(text.encode("utf-8")).hexdigest() != digest:
            raise ValueError(f"the text kept under {digest} has another SHA-256")
    return policies


class Manifest(Model):
    """What an export says of itself."""

    format: Literal["sla-ledger.export.v1"] = FORMAT
    ledger: Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    provider: Annotated[str, Field(min_length=1)]
    count: Annotated[int, Field(ge=0, le=LARGEST_INTEGER)]
    chain: Hash
    policies: Annotated[dict[Hash, str], AfterValidator(_kept_by_hash)]

    def to_bytes(self) -> bytes:
        """The manifest as a file."""
        return orjson.dumps(self.model_dump(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)

    def policy_texts(self) -> list[bytes]:
        """The policy files, word for word."""
        return [text.encode("utf-8") for text in self.policies.values()]


def read_manifest(path: Path) -> Manifest:
    """The manifest at a path. Raises FileUnreadable, ManifestUnusable with the entry and the reason."""
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST_BYTES)
    except OSError as error:
        raise FileUnreadable(path=str(path), reason=error.strerror or str(error)) from None
    try:
        manifest = Manifest.model_validate_json(text)
        for policy in manifest.policy_texts():
            parse_policy(policy)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        entry = ".".join(map(str, first["loc"]))
        fault = model_fault(first)
        reason = f"{entry}: {fault}" if entry else fault
        raise ManifestUnusable(path=str(path), reason=reason) from None
    except PolicyUnusable as error:
        raise ManifestUnusable(path=str(path), reason=str(error)) from None
    return manifest
