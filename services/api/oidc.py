"""Bearer tokens of an identity provider (OpenID Connect): verified as RFC 8725 advises, then read as a caller.

One family of algorithms is fixed by configuration, the keys are the issuer's, `exp`, `iss`, `aud` and `sub` are
required. The claims named in the settings say the role, the contracts in scope (a list, or "*" for all of them) and as
whom a service records. Who it is is known here by a pseudonym alone, which is also the `via` of what he records.
"""

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, TypeGuard

import jwt

from ledger.application import Ledger
from ledger.credentials import ROLES, Role
from schemas.decode import is_identifier
from schemas.events import PROVIDER_LOG, ActorKind
from schemas.http_problems import Unauthenticated
from services.api.caller import Caller
from services.api.issuer_keys import IssuerKeys, fetcher
from services.settings import Settings

__all__ = ["OidcVerifier", "open_oidc"]

_LEEWAY_SECONDS: Final = 60
_ALL: Final = "*"
_FAMILIES: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = MappingProxyType(
    {
        "RS": ("RSA", ("RS256", "RS384", "RS512")),
        "PS": ("RSA", ("PS256", "PS384", "PS512")),
        "ES": ("EC", ("ES256", "ES384", "ES512")),
        "EdDSA": ("OKP", ("EdDSA",)),
    }
)
"""The type of key and the algorithms of each family."""

_ACTING: Final[tuple[ActorKind, ...]] = ("customer", "engineer", "system")
_OPTIONS: Final[Any] = {"require": ["exp", "iss", "aud", "sub"], "enforce_minimum_key_length": True}


class OidcVerifier:
    """Who holds a token of the one issuer that is trusted."""

    def __init__(self, settings: Settings, ledger: Ledger, keys: IssuerKeys) -> None:
        """Take the settings of the issuer and its keys, and the ledger that keeps pseudonyms."""
        assert settings.oidc_issuer is not None, "without an issuer there are no tokens"
        self._settings = settings
        self._issuer = settings.oidc_issuer
        self._pseudonyms = ledger.pseudonyms
        self._algorithms = _FAMILIES[settings.oidc_algorithms][1]
        self._keys = keys

    async def identify(self, token: str) -> Caller:
        """Who holds the token. Raises Unauthenticated, IssuerAway."""
        return await asyncio.to_thread(self.verify, token)

    def verify(self, token: str) -> Caller:
        """The same, where blocking does no harm."""
        claims = self._claims(token)
        role = self._role(claims)
        contracts = self._contracts(claims, role)
        act_as = self._act_as(claims, role)
        return Caller(self._pseudonyms.of(self._issuer, claims["sub"]), role, contracts, act_as)

    def _claims(self, token: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            algorithm = header.get("alg")
            if algorithm not in self._algorithms:
                raise Unauthenticated(reason="the token is not signed by an algorithm that is taken")
            key = self._keys.find(header.get("kid"))
            if key is None or key.algorithm not in {None, algorithm}:
                raise Unauthenticated(reason="the token is not signed by a key of the issuer")
            return jwt.decode(
                token,
                key.public,
                algorithms=[algorithm],
                issuer=self._issuer,
                audience=self._settings.oidc_audience,
                leeway=_LEEWAY_SECONDS,
                options=_OPTIONS,
            )
        except jwt.PyJWTError as fault:
            raise Unauthenticated(reason=_reason(fault)) from None
        except (ValueError, TypeError, RecursionError):
            raise Unauthenticated(reason="it is no token") from None

    def _role(self, claims: Mapping[str, Any]) -> Role:
        named = claims.get(self._settings.oidc_role_claim)
        if named not in ROLES:
            raise Unauthenticated(reason="the token names no role of this ledger's")
        role: Role = named
        return role

    def _contracts(self, claims: Mapping[str, Any], role: Role) -> frozenset[str] | None:
        named = claims.get(self._settings.oidc_contracts_claim)
        if named == _ALL and role != "customer":
            return None
        if not _is_list_of_texts(named) or not all(is_identifier(one) and one != PROVIDER_LOG for one in named):
            raise Unauthenticated(reason="the token does not list the contracts in its scope")
        return frozenset(named)

    def _act_as(self, claims: Mapping[str, Any], role: Role) -> tuple[ActorKind, ...]:
        named = claims.get(self._settings.oidc_act_as_claim, [])
        if not _is_list_of_texts(named) or not set(named) <= set(_ACTING) or (named and role != "service"):
            raise Unauthenticated(reason="the token does not list as whom a service records")
        return tuple(kind for kind in _ACTING if kind in named)


def open_oidc(settings: Settings, ledger: Ledger) -> OidcVerifier | None:
    """The verifier of the issuer that the settings name, None where they name none. Raises SettingUnusable."""
    if settings.oidc_jwks is None:
        return None
    return OidcVerifier(
        settings, ledger, IssuerKeys(fetcher(settings.oidc_jwks), _FAMILIES[settings.oidc_algorithms][0])
    )


def _is_list_of_texts(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _reason(fault: jwt.PyJWTError) -> str:
    match fault:
        case jwt.ExpiredSignatureError():
            return "the token has expired"
        case jwt.ImmatureSignatureError():
            return "the token is not valid yet"
        case jwt.MissingRequiredClaimError():
            return "the token lacks one of the claims exp, iss, aud and sub"
        case jwt.InvalidAudienceError() | jwt.InvalidIssuerError():
            return "the token is of another issuer or for another audience"
        case _:
            return "the token is not one that the issuer has signed"
