"""Who asks: the bearer token of a request, a key of the ledger's own or a token of the identity provider's."""

from starlette.requests import Request

from schemas.http_problems import Unauthenticated
from services.api.caller import Caller
from services.api.state import Api

__all__ = ["authenticate"]


async def authenticate(api: Api, request: Request) -> Caller:
    """Who asks. Raises Unauthenticated."""
    given = request.headers.getlist("authorization")
    if len(given) != 1:
        raise Unauthenticated(reason="there is no header Authorization, or more than one")
    scheme, _, token = given[0].partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated(reason="the header Authorization is not of the form `Bearer KEY`")
    credential = api.ledger.keyring.find(token)
    if credential is None:
        raise Unauthenticated(reason="nobody has this key")
    contracts = None if credential.contracts is None else frozenset(credential.contracts)
    return Caller(credential.prefix, credential.role, contracts, credential.act_as, credential.actor_id)
