"""Who asks: the bearer token of a request, a key of the ledger's own or a token of the identity provider's.

It is looked up for the requests as they come, so that a key is of no use from the moment it was revoked. Why a
credential is not taken is told only as far as whoever holds it knows already.
"""

import asyncio
import re
from datetime import UTC, datetime
from typing import Final

from starlette.requests import Request

from schemas.http_problems import Unauthenticated
from services.api.caller import Caller
from services.api.state import Api

__all__ = ["authenticate"]

_bearer = re.compile(r"[Bb][Ee][Aa][Rr][Ee][Rr] +([A-Za-z0-9._~+/-]{1,8192}=*)").fullmatch
_KEY: Final = "slk_"


async def authenticate(api: Api, request: Request) -> Caller:
    """Who asks. Raises Unauthenticated."""
    given = request.headers.getlist("authorization")
    if not given:
        raise Unauthenticated(reason="there is no header Authorization")
    bearer = _bearer(given[0]) if len(given) == 1 else None
    if bearer is None:
        raise Unauthenticated(reason="the header Authorization is not of the form `Bearer KEY`")
    token = bearer[1]
    if api.oidc is not None and not token.startswith(_KEY):
        return await api.oidc.identify(token)
    return _holder(api, token)


def _holder(api: Api, key: str) -> Caller:
    """Who holds a key, looked up once for the requests that the event loop looks after in one turn.

    All that came of them was there before the turn began, so none of them was sent after the look-up; what is read
    during the turn is looked after in the next one, and that begins by forgetting.
    """
    holder = api.holders.get(key)
    if holder is None:
        holder = _looked_up(api, key)
        if not api.holders:
            asyncio.get_running_loop().call_soon(api.holders.clear)
        api.holders[key] = holder
    return holder


def _looked_up(api: Api, key: str) -> Caller:
    credential = api.ledger.keyring.find(key)
    if credential is None:
        raise Unauthenticated(reason="nobody has this key")
    if not credential.is_valid(datetime.now(UTC)):
        raise Unauthenticated(reason="the key has expired or was revoked")
    contracts = None if credential.contracts is None else frozenset(credential.contracts)
    return Caller(credential.prefix, credential.role, contracts, credential.act_as, credential.actor_id)
