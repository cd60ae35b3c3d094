"""A server of real keys and of tokens, and for each route of the document a request that is right but for who asks."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import orjson

from tests.integration.api.tokens import AUDIENCE, ISSUER, Provider
from tests.security.hostile import head
from tests.security.matrix import ROLES, SCOPES, Role, Scope
from tests.server.bodies import CUSTOMER, SYSTEM, Body, body, opening, registration
from tests.server.support import CONTRACTS, OTHERS, Desk, Founded, make_key
from tests.server.wire import Reply, encode, new_key
from tests.unit.cli.calls import call

__all__ = ["World", "made"]

_OF: Final[Mapping[Scope, tuple[str, ...]]] = {"its own": (CONTRACTS[0],), "another": (OTHERS,), "all": ()}
_KINDS: Final[Mapping[Role, str]] = {
    "customer": "customer", "engineer": "engineer", "service": "engineer", "auditor": "auditor", "reporter": "engineer",
    "admin": "engineer",
}  # fmt: skip
_ACTING: Final = ("customer", "engineer", "system")


@dataclass
class World:
    """The server, its OpenAPI document, and a credential of each kind for each role and scope."""

    desk: Desk
    provider: Provider
    document: Mapping[str, Any]
    event: str
    expired: str
    revoked: str
    published: Mapping[str, str]
    keys: dict[tuple[Role, Scope], str] = field(default_factory=dict)

    def token(self, role: Role, scope: Scope, **claims: Any) -> str:
        """A token of the identity provider's, valid but for the claims that are given."""
        told = {
            "sub": f"{role} of {scope}",
            "sla_ledger_role": role,
            "sla_ledger_contracts": list(_OF[scope]) or "*",
            "sla_ledger_act_as": list(_ACTING) if role == "service" else None,
            **claims,
        }
        return self.provider.token(**told)

    @property
    def head(self) -> int:
        """The last position."""
        with self.desk.wire(self.desk.keys.admin) as wire:
            return head(wire)

    def ask(self, method: str, path: str, role: Role, bearer: str | None, *, incident: str | None = None) -> Reply:
        """Ask for a route as this role would: about the world's incident and contract, or about another incident."""
        content = self.body(path, role, incident) if method == "POST" else None
        headers = {"Idempotency-Key": new_key()} if method == "POST" else {}
        return self.send(method, self.target(path, incident), bearer, content, headers)

    def send(self, method: str, target: str, bearer: str | None, content: object, headers: Mapping[str, str]) -> Reply:
        """Send a request on a connection of its own."""
        with self.desk.server.wire() as wire:
            return wire.send(encode(method, target, key=bearer, body=content, headers=headers), method)

    def target(self, path: str, incident: str | None = None, contract: str = CONTRACTS[0]) -> str:
        """The path of a route with what it is asked about."""
        named = {
            "incident": incident or self.desk.incident,
            "contract": contract,
            "id": self.event,
            "name": "forbidden",
            **self.published,
        }
        return f"{path}?wait=0&limit=1" if path == "/v1/feed" else path.format(**named)

    def body(self, path: str, role: Role, incident: str | None = None) -> Body | list[Body]:
        """What is recorded by a route."""
        incident, contract = incident or self.desk.incident, CONTRACTS[0]
        actor = {"kind": _KINDS[role], "id": "e-17"}
        attached = {"name": "log.txt", "media_type": "text/plain", "size": 1, "sha256": "0" * 64}
        attaching = body("incident.evidence-attached", attached, actor)
        match path:
            case "/v1/contracts":
                return registration(contract)
            case "/v1/contracts/{contract}/events":
                return body("contract.contact-authorised", {"contact": {"name": str(uuid4())}}, SYSTEM)
            case "/v1/contracts/{contract}/erasures":
                return self._erasure("contract", contract)
            case "/v1/incidents":
                return opening(contract, {**actor} if role != "customer" else CUSTOMER)
            case "/v1/incidents/{incident}/events":
                return attaching
            case "/v1/incidents/{incident}/erasures":
                return self._erasure("incident", incident)
            case "/v1/events":
                return [{**attaching, "subject": incident}]
            case _:
                raise AssertionError(f"no request is made for {path}")

    def _erasure(self, kind: str, subject: str) -> Body:
        """An erasure of what an event of the subject still has."""
        with self.desk.wire(self.desk.keys.admin) as wire:
            values = wire.get(f"/v1/{kind}s/{subject}/values")
        first = values.json()["values"][0] if values.status == 200 and values.json()["values"] else {}
        erased = {"events": [first.get("event", str(uuid4()))], "fields": [first.get("pointer", "/data/title")],
                  "basis": "request"}  # fmt: skip
        return body(f"{kind}.values-erased", erased, SYSTEM)


@contextmanager
def made(founded: Founded, folder: Path) -> Iterator[World]:
    """Make the world in a folder, until this ends."""
    provider = Provider()
    copy = founded.copy(folder)
    (folder / "jwks.json").write_bytes(provider.jwks())
    keys = {
        (role, scope): make_key(
            copy.url, role, contracts=_OF[scope], act_as=_ACTING if role == "service" else (), actor_id="e-17"
        )
        for role in ROLES
        for scope in SCOPES
        if (role, scope) != ("customer", "all")
    }
    variables = {
        "SLA_LEDGER_OIDC_ISSUER": ISSUER,
        "SLA_LEDGER_OIDC_AUDIENCE": AUDIENCE,
        "SLA_LEDGER_OIDC_JWKS": str(folder / "jwks.json"),
    }
    revoked = make_key(copy.url, "admin")
    expired = call("keys", "create", "--database", copy.url, "--role", "admin", "--expires", "PT1S").text.strip()
    with copy.open(variables) as desk, desk.wire(desk.keys.admin) as wire:
        assert wire.get("/metrics").status == 200
        assert call("keys", "revoke", revoked[4:14], "--database", copy.url).code == 0
        document = wire.get("/v1/openapi.json").json()
        event = orjson.loads(wire.get(f"/v1/incidents/{desk.incident}/events").body.splitlines()[0])["id"]
        policy = wire.get("/v1/policies").json()["policies"][0]
        sha256 = policy["versions"][0]["sha256"]
        published = {"calendar": "RU-2024", "policy": policy["policy"], "sha256": sha256}
        yield World(desk, provider, document, event, expired, revoked, published, keys)
