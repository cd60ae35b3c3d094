"""The problems of the database that a ledger lies in, of the same catalogue.

LedgerError
└── LedgerState
    ├── DatabaseUnsafe, DatabaseOccupied   why no ledger is kept in this database
    └── MigrationDiffers                   why its tables were left as they were
"""

from schemas.problem import ExitCode, LedgerState

__all__ = ["DatabaseOccupied", "DatabaseUnsafe", "MigrationDiffers"]


class DatabaseUnsafe(
    LedgerState,
    status=500,
    exit_code=ExitCode.LEDGER_STATE,
    title="The database server could lose what it acknowledges",
    remedy="Set it in postgresql.conf and start the server again; a database's encoding is chosen when it is made "
    "(CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0).",
):
    """{database} has {setting} = {found}, and a ledger is kept only where it is {wanted}."""


class DatabaseOccupied(
    LedgerState,
    status=409,
    exit_code=ExitCode.LEDGER_STATE,
    title="The database holds something else",
    remedy="Make an empty database for the ledger (CREATE DATABASE …), and name that one.",
):
    """{database} holds other tables ({tables}) and no ledger."""


class MigrationDiffers(
    LedgerState,
    status=500,
    exit_code=ExitCode.LEDGER_STATE,
    title="A migration would have changed the record",
    remedy="Nothing was changed; go on with the version that wrote the ledger, and tell its makers.",
):
    """The migration {migration} of {database} would not leave every event as it is."""
