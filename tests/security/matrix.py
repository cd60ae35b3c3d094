"""Who may ask for what: one table of rules, written from the specification alone, and what each cell of it gives.

A cell is a route of the OpenAPI document, a role, a scope and a credential. Every route has a rule: what it needs, and
what it is about. Nothing here is taken from the product's own table of rights.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

__all__ = ["ROLES", "RULES", "SCOPES", "Cell", "Rule", "Scope", "cells", "expected"]

Role = Literal["customer", "engineer", "service", "reporter", "auditor", "admin"]
Scope = Literal["its own", "another", "all"]
"""Limited to the contract asked about, limited to another one, or not limited."""

Need = Literal[
    "nothing", "publications", "records", "verdicts", "values", "compliance", "feed", "metrics",
    "attach", "open", "contracts", "erase",
]  # fmt: skip

ROLES: Final[tuple[Role, ...]] = ("customer", "engineer", "service", "reporter", "auditor", "admin")
SCOPES: Final[tuple[Scope, ...]] = ("its own", "another", "all")

_MAY: Final[Mapping[Role, frozenset[Need]]] = {
    "customer": frozenset(("publications", "records", "verdicts", "values", "feed", "attach", "open")),
    "engineer": frozenset(("publications", "records", "verdicts", "values", "feed", "attach", "open")),
    "service": frozenset(("publications", "records", "verdicts", "feed", "attach", "open", "contracts")),
    "reporter": frozenset(("publications", "records", "verdicts", "compliance", "feed")),
    "auditor": frozenset(("publications", "records", "verdicts", "values", "compliance", "feed", "attach")),
    "admin": frozenset(("publications", "records", "verdicts", "values", "compliance", "feed", "metrics", "attach",
                        "open", "contracts", "erase")),
}  # fmt: skip
"""The table of the specification, a line a role: what it reads, records (here: attaches, opens), and may else."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a route needs, whether it is about a thing of one contract, and what a caller who may is answered."""

    needs: Need
    is_scoped: bool = False
    answered: int = 200


RULES: Final[Mapping[tuple[str, str], Rule]] = {
    ("GET", "/healthz"): Rule("nothing"),
    ("GET", "/readyz"): Rule("nothing"),
    ("GET", "/problems"): Rule("nothing"),
    ("GET", "/problems/{name}"): Rule("nothing"),
    ("GET", "/v1/openapi.json"): Rule("nothing"),
    ("GET", "/metrics"): Rule("metrics"),
    ("GET", "/v1/calendars"): Rule("publications"),
    ("GET", "/v1/calendars/{calendar}"): Rule("publications"),
    ("GET", "/v1/policies"): Rule("publications"),
    ("GET", "/v1/policies/{policy}"): Rule("publications"),
    ("GET", "/v1/policies/{policy}/versions/{sha256}"): Rule("publications"),
    ("GET", "/v1/contracts"): Rule("records"),
    ("GET", "/v1/contracts/{contract}"): Rule("records", is_scoped=True),
    ("GET", "/v1/contracts/{contract}/events"): Rule("records", is_scoped=True),
    ("GET", "/v1/contracts/{contract}/values"): Rule("values", is_scoped=True),
    ("GET", "/v1/incidents"): Rule("verdicts"),
    ("GET", "/v1/incidents/{incident}"): Rule("records", is_scoped=True),
    ("GET", "/v1/incidents/{incident}/events"): Rule("records", is_scoped=True),
    ("GET", "/v1/incidents/{incident}/values"): Rule("values", is_scoped=True),
    ("GET", "/v1/incidents/{incident}/obligations"): Rule("verdicts", is_scoped=True),
    ("GET", "/v1/incidents/{incident}/verdict"): Rule("verdicts", is_scoped=True),
    ("GET", "/v1/incidents/{incident}/explanation"): Rule("verdicts", is_scoped=True),
    ("GET", "/v1/incidents/{incident}/timeline"): Rule("verdicts", is_scoped=True),
    ("GET", "/v1/events/{id}"): Rule("records", is_scoped=True),
    ("GET", "/v1/compliance"): Rule("compliance"),
    ("GET", "/v1/deadlines"): Rule("verdicts"),
    ("GET", "/v1/feed"): Rule("feed"),
    ("POST", "/v1/contracts"): Rule("contracts", is_scoped=True, answered=409),
    ("POST", "/v1/contracts/{contract}/events"): Rule("contracts", is_scoped=True, answered=201),
    ("POST", "/v1/contracts/{contract}/erasures"): Rule("erase", is_scoped=True, answered=201),
    ("POST", "/v1/incidents"): Rule("open", is_scoped=True, answered=201),
    ("POST", "/v1/incidents/{incident}/events"): Rule("attach", is_scoped=True, answered=201),
    ("POST", "/v1/incidents/{incident}/erasures"): Rule("erase", is_scoped=True, answered=201),
    ("POST", "/v1/events"): Rule("attach", is_scoped=True, answered=201),
}
"""What each route of the API needs. Registering C-001 again is refused by the rules, once whoever asks may register."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A route asked for by a role with a scope."""

    method: str
    path: str
    role: Role
    scope: Scope

    def __str__(self) -> str:
        return f"{self.method} {self.path} as {self.role} of {self.scope}"


def cells(document: Mapping[str, Any]) -> Iterator[Cell]:
    """Every route of the document by every role and scope that there can be: a customer's is never all."""
    for path, operations in document["paths"].items():
        for method in operations:
            for role in ROLES:
                for scope in SCOPES:
                    if (role, scope) != ("customer", "all"):
                        yield Cell(method.upper(), path, role, scope)


def expected(cell: Cell) -> frozenset[int]:
    """The statuses that a cell may give; KeyError for a route without a rule.

    Where a caller neither may nor sees, either refusal is right; it never tells whether the thing is there.
    """
    rule = RULES[cell.method, cell.path]
    may = rule.needs == "nothing" or rule.needs in _MAY[cell.role]
    if rule.needs == "metrics" and cell.scope != "all":
        may = False  # the figures tell of every contract
    sees = not rule.is_scoped or cell.scope != "another"
    if may and sees:
        return frozenset((rule.answered,))
    if may:
        return frozenset((404,))
    if not sees and _may_write_something(cell):
        return frozenset((403, 404))
    # An auditor may write, but opens nothing: that is a rule of the ledger's, which EVENTS.md names.
    return frozenset((409,)) if (cell.role, rule.needs) == ("auditor", "open") else frozenset((403,))


def _may_write_something(cell: Cell) -> bool:
    return cell.method == "POST" and cell.role != "reporter"
