"""Who may what: one table of rights by role, and the declaration that every route makes of the right it needs."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, Literal

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant

from ledger.credentials import Role
from schemas.http_problems import Forbidden
from services.api.authentication import authenticate
from services.api.caller import Caller
from services.api.state import the_api

__all__ = ["PUBLIC", "RIGHTS", "Needs", "Right", "needs", "rights_of"]

Right = Literal[
    "records", "verdicts", "values", "compliance", "feed", "publications", "write", "erase", "metrics", "keys"
]

_READS: Final = frozenset[Right](("records", "verdicts", "feed", "publications"))

RIGHTS: Final[Mapping[Role, frozenset[Right]]] = MappingProxyType(
    {
        "customer": _READS | {"values", "write"},
        "engineer": _READS | {"values", "write"},
        "service": _READS | {"write"},
        "reporter": _READS | {"compliance"},
        "auditor": _READS | {"values", "compliance", "write"},
        "admin": _READS | {"values", "compliance", "write", "erase", "metrics", "keys"},
    }
)

_OF_ALL: Final = frozenset[Right](("metrics",))
"""What tells of every contract: nobody has it who is limited to some."""

PUBLIC: Final = frozenset(("/healthz", "/readyz", "/v1/openapi.json", "/problems", "/problems/{name}"))
"""The routes that anybody may ask, without a credential."""


class Needs:
    """The dependency by which a route asks for a caller who has a right. Raises Unauthenticated, Forbidden."""

    def __init__(self, right: Right) -> None:
        """Take the right that is needed."""
        self.right: Final = right

    async def __call__(self, request: Request) -> Caller:
        """Who asks, if he may."""
        caller = await authenticate(await the_api(request), request)
        request.state.caller = caller.name
        if self.right not in RIGHTS[caller.role] or (caller.limited and self.right in _OF_ALL):
            raise Forbidden(role=caller.role, reason=f"it lacks the right `{self.right}`")
        return caller


def needs(right: Right) -> Any:
    """What a route declares that is for those with a right alone, beside its caller."""
    return Depends(Needs(right))


def rights_of(dependant: Dependant) -> Iterator[Right]:
    """The rights that a route's dependencies ask for."""
    for one in dependant.dependencies:
        if isinstance(one.call, Needs):
            yield one.call.right
        yield from rights_of(one)
