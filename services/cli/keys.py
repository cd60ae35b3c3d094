"""`sla-ledger keys`: who may ask the API; also beside a server, which heeds it from the next request on."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

import typer
from rich.table import Table

from ledger.application import Ledger
from ledger.credentials import Credential
from schemas.instants import parse_duration, print_instant
from schemas.problems import BadArgument
from services.bootstrap import open_ledger
from services.cli.options import AsJson, Database, database_url
from services.cli.talk import harmless, print_answer, print_json, print_line, print_rich, text, warn

__all__ = ["create", "forget", "list_keys", "revoke"]

_LONGEST: Final = timedelta(days=36_500)


def create(
    *,
    role: Annotated[str, typer.Option("--role", metavar="ROLE")],
    contract: Annotated[list[str] | None, typer.Option("--contract", metavar="CONTRACT")] = None,
    act_as: Annotated[str, typer.Option("--act-as", metavar="KIND,KIND")] = "",
    actor_id: Annotated[str | None, typer.Option("--actor-id", metavar="ID")] = None,
    expires: Annotated[str | None, typer.Option("--expires", metavar="DURATION")] = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Make a key and print it, this once."""
    del as_json  # the key alone is printed in any case; the option turns errors into JSON
    lifetime = _lifetime(expires)
    with open_ledger(database_url(database)) as ledger:
        _warn_of_unknown(ledger, contract or ())
        made = ledger.keyring.create(
            role=role,
            contracts=contract,
            act_as=[kind for kind in act_as.split(",") if kind],
            actor_id=actor_id,
            expires_at=None if lifetime is None else ledger.wall() + lifetime,
        )
    print_line(made.text.encode("ascii"))


def list_keys(*, database: Database = None, as_json: AsJson = False) -> None:
    """Tell what every key allows; no key is told."""
    with open_ledger(database_url(database)) as ledger:
        keys, now = ledger.keyring.all(), ledger.wall()
    if as_json:
        for key in keys:
            print_json(_wire(key, now))
    else:
        print_rich(_table(keys, now))


def revoke(
    prefix: Annotated[str, typer.Argument(metavar="PREFIX")],
    *,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Make a key useless from now on."""
    with open_ledger(database_url(database)) as ledger:
        revoked = ledger.keyring.revoke(prefix)
    assert revoked.revoked_at is not None
    print_answer(
        "keys-revoked",
        as_json=as_json,
        prefix=revoked.prefix,
        role=revoked.role,
        revoked_at=print_instant(revoked.revoked_at),
    )


def forget(
    pseudonym: Annotated[str, typer.Argument(metavar="PSEUDONYM")],
    *,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Erase whose pseudonym it is."""
    with open_ledger(database_url(database)) as ledger:
        known = ledger.pseudonyms.erase(pseudonym)
    if not known:
        raise BadArgument(argument="PSEUDONYM", reason="nobody has this pseudonym")
    print_answer("keys-forgotten", as_json=as_json, pseudonym=pseudonym)


def _lifetime(expires: str | None) -> timedelta | None:
    if expires is None:
        return None
    try:
        lifetime = timedelta(microseconds=parse_duration(expires))
    except (ValueError, OverflowError) as error:
        raise BadArgument(argument="--expires", reason=f"{expires}: {error}") from None
    if not timedelta() < lifetime <= _LONGEST:
        raise BadArgument(argument="--expires", reason=f"{expires} (PT1S–P36500D)")
    return lifetime


def _warn_of_unknown(ledger: Ledger, contracts: Sequence[str]) -> None:
    """A contract may be registered after its keys are made, or be a slip of the pen."""
    for contract in contracts:
        head = ledger.subject_head(contract)
        if head is None or head.log != contract:
            warn("keys-contract-unknown", contract=contract)


def _table(keys: Sequence[Credential], now: datetime) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in ("prefix", "role", "contracts", "act-as", "actor", "created", "state"):
        table.add_column(text(f"keys-{column}"), overflow="fold")
    for key in keys:
        table.add_row(
            key.prefix,
            key.role,
            text("keys-all-contracts") if key.contracts is None else ", ".join(key.contracts),
            ", ".join(key.act_as),
            harmless(key.actor_id or ""),
            print_instant(key.created_at),
            _state(key, now),
        )
    return table


def _state(key: Credential, now: datetime) -> str:
    if key.revoked_at is not None:
        return text("keys-state-revoked", at=print_instant(key.revoked_at))
    if key.expires_at is None:
        return text("keys-state-valid")
    return text("keys-state-until" if key.is_valid(now) else "keys-state-expired", at=print_instant(key.expires_at))


def _wire(key: Credential, now: datetime) -> dict[str, Any]:
    return {
        "prefix": key.prefix,
        "role": key.role,
        "contracts": key.contracts,
        "act_as": key.act_as,
        "actor_id": key.actor_id,
        "created_at": print_instant(key.created_at),
        "expires_at": None if key.expires_at is None else print_instant(key.expires_at),
        "revoked_at": None if key.revoked_at is None else print_instant(key.revoked_at),
        "valid": key.is_valid(now),
    }
