"""Tokens and keys with a fault each, all of an admin: nothing but the fault can be what they are refused by."""

import base64
import hmac
from collections.abc import Callable, Mapping
from hashlib import sha256
from time import time
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.integration.api.tokens import encoded
from tests.security.world import World

__all__ = ["FAULTS"]


def _admin(world: World, **claims: object) -> str:
    return world.token("admin", "all", **claims)


def _payload(world: World) -> str:
    return _admin(world).split(".")[1]


def _unsigned(world: World, algorithm: str) -> str:
    return f"{encoded({'alg': algorithm, 'kid': 'k1'})}.{_payload(world)}."


def _by_the_public_key(world: World) -> str:
    """Signed with the public key as if that were a shared secret."""
    public = world.provider.rsa.public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    signed = f"{encoded({'alg': 'HS256', 'kid': 'k1'})}.{_payload(world)}"
    mac = hmac.digest(pem, signed.encode(), sha256)
    return f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def _by_another(world: World, **headers: object) -> str:
    """Signed by a key that nobody trusts."""
    own = rsa.generate_private_key(65537, 2048)
    return _admin(world, key=own, headers=headers)


FAULTS: Final[Mapping[str, Callable[[World], str | None]]] = {
    "none": lambda _: None,
    "a key that expired": lambda world: world.expired,
    "a key that was revoked": lambda world: world.revoked,
    "a key with another secret": lambda world: f"{world.desk.keys.admin[:15]}{'0' * 64}",
    "a key cut short": lambda world: world.desk.keys.admin[:-1],
    "a token that expired": lambda world: _admin(world, exp=int(time()) - 120),
    "a token without an expiry": lambda world: _admin(world, exp=None),
    "a token of tomorrow": lambda world: _admin(world, nbf=int(time()) + 86_400),
    "a token for another audience": lambda world: _admin(world, aud="somebody-else"),
    "a token of another issuer": lambda world: _admin(world, iss="https://evil.example.org"),
    "alg none": lambda world: _unsigned(world, "none"),
    "alg nOnE": lambda world: _unsigned(world, "nOnE"),
    "HS256 by the public key": _by_the_public_key,
    "signed by another": _by_another,
    "a jku pointing elsewhere": lambda world: _by_another(world, jku="http://127.0.0.1:9/keys", kid="k9"),
    "a key brought along": lambda world: _by_another(world, jwk={"kty": "RSA", "n": "AQAB", "e": "AQAB"}),
    "a signature changed": lambda world: _admin(world)[:-8] + "AAAAAAAA",
    "an unknown role": lambda world: _admin(world, sla_ledger_role="root"),
    "garbage": lambda _: "garbage",
    "garbage in three parts": lambda _: "a.b.c",
}
"""What is wrong, and what is sent as the bearer."""
