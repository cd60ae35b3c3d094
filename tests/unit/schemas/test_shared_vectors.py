"""The public vectors beside the checkout: worked events, and RFC 8785's own cases."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from schemas.canonical import canonical_bytes, value_bytes
from schemas.commitments import reveal, seal
from schemas.decode import decode_event, decode_exported, decode_proposal
from schemas.events import to_wire
from schemas.problems import InvalidInput
from tests.checkout import ROOT

VECTORS = ROOT.parent / "shared" / "vectors"

pytestmark = pytest.mark.skipif(not VECTORS.is_dir(), reason="../shared/vectors is not here")


def worked_events() -> list[dict[str, Any]]:
    path = VECTORS / "canonical" / "events.json"
    found: list[dict[str, Any]] = json.loads(path.read_bytes()) if path.exists() else []
    return found


@pytest.mark.parametrize("case", worked_events(), ids=lambda case: case["name"])
def test_a_worked_event_has_its_bytes(case: dict[str, Any]) -> None:
    line = json.dumps(case["interchange"], ensure_ascii=False).encode()
    wire = {**to_wire(decode_proposal(line)), **case["set_by_the_ledger"]}
    sealed = seal(wire, lambda pointer: bytes.fromhex(case["salts"][pointer]))
    written = canonical_bytes(sealed.wire)
    assert written.decode() == case["canonical"]
    assert sha256(written).hexdigest() == case["sha256"]
    assert {disclosure.pointer for disclosure in sealed.disclosures} == case["salts"].keys()
    assert reveal(sealed.wire, sealed.disclosures) == wire
    assert to_wire(decode_exported(written)) == sealed.wire
    assert decode_event(written) == decode_exported(written)


OUTSIDE_THE_PROFILE = {
    "arrays": "bad-key",
    "french": "bad-key",
    "structures": "bad-key",
    "unicode": "bad-key",
    "values": "not-an-integer",
    "weird": "bad-key",
}


@pytest.mark.parametrize(("name", "reason"), OUTSIDE_THE_PROFILE.items())
def test_a_case_of_rfc_8785_outside_the_profile_is_refused(name: str, reason: str) -> None:
    value = json.loads((VECTORS / "jcs" / "input" / f"{name}.json").read_bytes())
    with pytest.raises(InvalidInput) as refused:
        value_bytes(value)
    assert refused.value.reason == reason


@pytest.mark.parametrize("name", ["french", "values", "weird"])
def test_the_texts_of_a_case_of_rfc_8785_are_written_as_it_writes_them(name: str) -> None:
    written = (VECTORS / "jcs" / "output" / f"{name}.json").read_bytes()
    texts = [text for text in json.loads(written).values() if isinstance(text, str)]
    assert texts
    for text in texts:
        assert value_bytes(text) in written


def test_every_line_of_the_verdict_vectors_is_read() -> None:
    lines = Path(VECTORS / "verdicts" / "events.jsonl").read_bytes().splitlines()
    for line in lines:
        given = json.loads(line)["data"]
        defaults = {"agreed"} if given.get("agreed") is False else set()
        assert to_wire(decode_proposal(line))["data"].keys() == given.keys() - defaults
