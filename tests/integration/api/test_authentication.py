"""Who may ask at all: keys that are valid at this very moment, and tokens that the one issuer has signed for us."""

import asyncio
import base64
import hmac
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from time import time
from typing import Final

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.requests import Request

from ledger.credentials import Credential
from schemas.http_problems import IssuerAway, Unauthenticated
from schemas.operation_problems import SettingUnusable
from services.api.authentication import authenticate
from services.api.issuer_keys import IssuerKeys, fetcher
from tests.integration.api.edge import Edge, refused, served
from tests.integration.api.tokens import AUDIENCE, ISSUER, Provider, encoded
from tests.server.bodies import opening, status
from tests.server.wire import Reply


class TestKeys:
    """Keys of the ledger's own."""

    def test_a_revoked_one_is_of_no_use_from_the_next_request_on(self, edge: Edge) -> None:
        incident = edge.opened()
        with edge.wire("engineer", actor_id="e-1") as wire:
            assert wire.post(f"/v1/incidents/{incident}/events", status("x", None)).status == 201
            edge.api.ledger.keyring.revoke(str(wire.key)[4:14])
            refused(wire.post(f"/v1/incidents/{incident}/events", status("x", None)), 401, "unauthenticated")

    def test_it_is_looked_up_once_for_requests_that_came_together_and_again_for_the_next(
        self, edge: Edge, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        keyring = edge.api.ledger.keyring
        find = keyring.find
        looked_up: list[str] = []

        def noted(text: str) -> Credential | None:
            looked_up.append(text)
            return find(text)

        monkeypatch.setattr(keyring, "find", noted)
        key = keyring.create(role="engineer")
        request = Request({"type": "http", "headers": [(b"authorization", b"Bearer " + key.text.encode())]})

        async def ask() -> None:
            await asyncio.gather(*(authenticate(edge.api, request) for _ in range(20)))
            assert looked_up == [key.text]
            await authenticate(edge.api, request)
            assert looked_up == [key.text] * 2
            keyring.revoke(key.credential.prefix)
            await asyncio.sleep(0)
            with pytest.raises(Unauthenticated):
                await authenticate(edge.api, request)

        asyncio.run(ask())

    def test_an_expired_one_is_of_no_use(self, edge: Edge) -> None:
        moment = datetime.now(UTC) - timedelta(seconds=1)
        key = edge.api.ledger.keyring.create(role="admin", expires_at=moment)
        with edge.desk.wire(key.text) as wire:
            reply = wire.post("/v1/incidents", opening("C-001"))
        refused(reply, 401, "unauthenticated")
        assert reply.headers["www-authenticate"] == "Bearer"

    @pytest.mark.parametrize("form", ["{}", "Basic {}", "Bearer", "Bearer ", "Bearer {} x", "Token {}", "Bearer {}\t"])
    def test_the_header_has_one_form(self, edge: Edge, form: str) -> None:
        headers = {"Authorization": form.format(edge.admin.key)}
        with edge.desk.wire("") as wire:
            wire.key = None
            refused(wire.ask("GET", "/metrics", headers=headers), 401, "unauthenticated")

    def test_the_name_of_the_scheme_is_read_in_any_case(self, edge: Edge) -> None:
        with edge.desk.wire("") as wire:
            wire.key = None
            assert wire.ask("GET", "/metrics", headers={"Authorization": f"bearer {edge.admin.key}"}).status == 200

    def test_almost_a_key_is_none(self, edge: Edge) -> None:
        key = str(edge.admin.key)
        changed = key[:-1] + ("0" if key[-1] != "0" else "1")
        for text in (changed, key[:-1], key + "0", key.upper(), key[:15] + "0" * 64, f"slk_aaaaaaaaaa_{key[15:]}"):
            with edge.desk.wire(text) as wire:
                refused(wire.get("/metrics"), 401, "unauthenticated")

    def test_a_token_is_nothing_where_no_issuer_is_known(self, edge: Edge) -> None:
        with edge.desk.wire(Provider().token()) as wire:
            refused(wire.get("/metrics"), 401, "unauthenticated")


@pytest.fixture(scope="module")
def provider() -> Provider:
    return Provider()


@pytest.fixture(scope="module")
def trusting(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    """A server that trusts the provider."""
    with provider.served() as address:
        settings = {"oidc_issuer": ISSUER, "oidc_audience": AUDIENCE, "oidc_jwks": address}
        with served(tmp_path_factory.mktemp("trusting"), **settings) as edge:
            yield edge


def asked(edge: Edge, token: str, contract: str = "C-001") -> Reply:
    with edge.desk.wire(token) as wire:
        return wire.post("/v1/incidents", opening(contract, None))


def hs256(provider: Provider) -> str:
    """Signed by the public key as if that were a shared secret."""
    public = provider.rsa.public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    head = encoded({"alg": "HS256", "kid": "k1", "typ": "JWT"})
    signed = f"{head}.{provider.token().split('.')[1]}"
    mac = hmac.digest(pem, signed.encode(), sha256)
    return f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def forged(provider: Provider, **headers: object) -> str:
    """Signed by a key that its own header brings along."""
    own = rsa.generate_private_key(65537, 2048)
    return provider.token(key=own, headers=headers)


FAULTS: Final[Mapping[str, Callable[[Provider], str]]] = {
    "expired": lambda it: it.token(exp=int(time()) - 61),
    "no exp": lambda it: it.token(exp=None),
    "an exp that is none": lambda it: it.token(exp="tomorrow"),
    "not valid yet": lambda it: it.token(nbf=int(time()) + 120),
    "issued in the future": lambda it: it.token(iat=int(time()) + 120),
    "another audience": lambda it: it.token(aud="others"),
    "no audience": lambda it: it.token(aud=None),
    "another issuer": lambda it: it.token(iss="https://evil.example.org"),
    "no issuer": lambda it: it.token(iss=None),
    "no subject": lambda it: it.token(sub=None),
    "a subject that is none": lambda it: it.token(sub=4711),
    "alg none": lambda it: f"{encoded({'alg': 'none', 'kid': 'k1'})}.{it.token().split('.')[1]}.",
    "alg None": lambda it: f"{encoded({'alg': 'None', 'kid': 'k1'})}.{it.token().split('.')[1]}.",
    "the public key as a secret": hs256,
    "another family": lambda it: it.token(algorithm="PS256"),
    "another type of key": lambda it: it.token(key=it.ec, algorithm="ES256", headers={"kid": "e1"}),
    "an unknown key": lambda it: it.token(headers={"kid": "k9"}),
    "a key for encryption": lambda it: it.token(headers={"kid": "enc"}),
    "a key of its own by jku": lambda it: forged(it, jku="http://127.0.0.1:1/keys"),
    "a key of its own by jwk": lambda it: forged(it, jwk={"kty": "RSA"}),
    "a critical extension": lambda it: it.token(headers={"crit": ["x"], "x": 1}),
    "a changed signature": lambda it: it.token()[:-8] + "AAAAAAAA",
    "a changed claim": lambda it: ".".join((it.token().split(".")[0], encoded({"sub": "x"}), it.token().split(".")[2])),
    "no role": lambda it: it.token(sla_ledger_role=None),
    "an unknown role": lambda it: it.token(sla_ledger_role="root"),
    "a role that is none": lambda it: it.token(sla_ledger_role=["admin"]),
    "no contracts": lambda it: it.token(sla_ledger_contracts=None),
    "contracts that are none": lambda it: it.token(sla_ledger_contracts=["C 1"]),
    "all contracts for a customer": lambda it: it.token(sla_ledger_role="customer", sla_ledger_act_as=None),
    "the provider's log": lambda it: it.token(sla_ledger_contracts=["provider"]),
    "as an auditor": lambda it: it.token(sla_ledger_act_as=["auditor"]),
    "an engineer as a customer": lambda it: it.token(sla_ledger_role="engineer", sla_ledger_act_as=["customer"]),
    "one part": lambda _: "eyJhbGciOiJSUzI1NiJ9",
    "nonsense": lambda _: "a.b.c",
    "an array for a header": lambda it: f"{encoded([])}.{it.token().split('.')[1]}.AAAA",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_token_with_a_fault_is_refused(trusting: Edge, provider: Provider, fault: str) -> None:
    head = trusting.head
    reply = asked(trusting, FAULTS[fault](provider))
    refused(reply, 401, "unauthenticated")
    assert reply.headers["www-authenticate"] == "Bearer"
    assert trusting.head == head


class TestTokens:
    """Tokens of the identity provider."""

    def test_a_valid_one_says_who_it_is_by_a_pseudonym(self, trusting: Edge, provider: Provider) -> None:
        reply = asked(trusting, provider.token())
        assert reply.status == 201
        (told,) = trusting.events(reply.event["subject"])
        name = trusting.api.ledger.pseudonyms.of(ISSUER, "user-1")
        assert (told["via"], told["actor"]) == (name, {"kind": "engineer", "id": name})
        again = asked(trusting, provider.token(aud=["others", AUDIENCE]))
        assert trusting.events(again.event["subject"])[0]["via"] == name
        other = asked(trusting, provider.token(sub="user-2"))
        assert trusting.events(other.event["subject"])[0]["via"] != name

    def test_a_clock_that_is_a_little_off_does_no_harm(self, trusting: Edge, provider: Provider) -> None:
        assert asked(trusting, provider.token(exp=int(time()) - 30)).status == 201

    def test_the_contracts_in_scope_are_listed(self, trusting: Edge, provider: Provider) -> None:
        token = provider.token(sla_ledger_contracts=["C-001"])
        assert asked(trusting, token).status == 201
        refused(asked(trusting, token, "C-002"), 404, "unknown-contract")
        refused(asked(trusting, provider.token(sla_ledger_contracts=[])), 404, "unknown-contract")

    def test_a_key_of_the_ledgers_own_is_taken_beside_them(self, trusting: Edge) -> None:
        assert trusting.service.post("/v1/incidents", opening("C-001")).status == 201


class TestIssuerKeys:
    """The keys of the issuer, fetched as seldom as may be."""

    def test_they_are_fetched_once_and_again_when_they_are_old(self) -> None:
        provider, now = Provider(), [0.0]
        with provider.served() as address:
            keys = IssuerKeys(fetcher(address), "RSA", lambda: now[0])
            for moment, asked_times in ((0, 1), (599, 1), (601, 2), (700, 2)):
                now[0] = moment
                assert keys.find("k1") is not None
                assert provider.asked == asked_times, moment

    def test_a_new_key_is_looked_for_but_not_for_every_token(self) -> None:
        provider, now = Provider(), [0.0]
        with provider.served() as address:
            keys = IssuerKeys(fetcher(address), "RSA", lambda: now[0])
            assert keys.find("k1") is not None
            provider.names["k2"] = provider.rsa
            for moment, is_known, asked_times in ((1, False, 1), (29, False, 1), (30, True, 2), (31, True, 2)):
                now[0] = moment
                assert (keys.find("k2") is not None) is is_known, moment
                assert provider.asked == asked_times, moment

    def test_those_fetched_before_hold_on_while_the_issuer_is_away(self) -> None:
        provider, now = Provider(), [0.0]
        with provider.served() as address:
            keys = IssuerKeys(fetcher(address), "RSA", lambda: now[0])
            assert keys.find("k1") is not None
            provider.is_away = True
            now[0] = 10_000.0
            assert keys.find("k1") is not None
            assert keys.find("k1") is not None
            assert provider.asked == 2, "and it is not asked again at once"

    def test_without_any_it_is_not_the_callers_fault(self) -> None:
        provider = Provider()
        provider.is_away = True
        with provider.served() as address:
            keys = IssuerKeys(fetcher(address), "RSA")
            with pytest.raises(IssuerAway):
                keys.find("k1")

    def test_a_file_serves_as_well(self, tmp_path: Path) -> None:
        path = tmp_path / "keys.json"
        path.write_bytes(Provider().jwks())
        keys = IssuerKeys(fetcher(str(path)), "RSA")
        assert keys.find("k1") is not None
        assert keys.find("e1") is None
        assert keys.find("enc") is None
        assert keys.find(None) == keys.find("k1"), "the only one that is meant"

    @pytest.mark.parametrize("place", ["http://id.example.org/keys", "ftp://127.0.0.1/keys", "nowhere.json"])
    def test_elsewhere_they_are_not_looked_for(self, place: str) -> None:
        with pytest.raises(SettingUnusable):
            fetcher(place)

    @pytest.mark.parametrize("document", [b"", b"[]", b"{}", b'{"keys": 1}', b'{"keys": [1]}', b"[" * 100_000])
    def test_a_document_that_is_none_leaves_those_known(self, document: bytes) -> None:
        served, now = [Provider().jwks()], [0.0]
        keys = IssuerKeys(lambda: served[0], "RSA", lambda: now[0])
        assert keys.find("k1") is not None
        served[0], now[0] = document, 1_000.0
        assert keys.find("k1") is not None


def test_while_no_keys_can_be_had_tokens_are_answered_503(tmp_path: Path) -> None:
    provider = Provider()
    provider.is_away = True
    with provider.served() as address:
        settings = {"oidc_issuer": ISSUER, "oidc_audience": AUDIENCE, "oidc_jwks": address}
        with served(tmp_path, **settings) as edge:
            reply = asked(edge, provider.token())
    refused(reply, 503, "issuer-away")
    assert int(reply.headers["retry-after"]) > 0
