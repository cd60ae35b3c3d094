-- Whether this ledger is being copied to another database. Trust: set, it stops every writer; taken away from a ledger
-- whose copy is in use, two databases would record past each other under one name.

-- Where it goes: nothing is recorded here any more. In the head row, which every writer looks at under its lock.
ALTER TABLE head ADD COLUMN moved_to TEXT;

-- Which copy (a random id, the same in both databases), what this database is in it, and the other one's name:
-- `closed`, the source, whose copy has not been opened; `moved`, the source of a copy that was proven; `copy`, a target
-- that is not whole yet.
CREATE TABLE moves (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    id    TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('closed', 'moved', 'copy')),
    other TEXT NOT NULL
) STRICT;
