-- Whether this ledger is being copied to another database. Trust: set, it stops every writer; taken away from a ledger
-- whose copy is in use, two databases would record past each other under one name.

-- Where it goes: nothing is recorded here any more. In the head row, which every append looks at under its lock.
ALTER TABLE head ADD COLUMN moved_to text;

-- Which copy (a random id, the same in both databases), what this database is in it, and the other one's name:
-- `closed`, the source, whose copy has not been opened; `moved`, the source of a copy that was proven; `copy`, a target
-- that is not whole yet.
CREATE TABLE moves (
    one   integer PRIMARY KEY CHECK (one = 1),
    id    text NOT NULL,
    state text NOT NULL CHECK (state IN ('closed', 'moved', 'copy')),
    other text NOT NULL
);

-- Whoever writes beside the record holds no head row. He is stopped after his write and before his commit: he began it
-- before the ledger was closed, which waits for him, or he finds it closed.
CREATE FUNCTION refuse_when_moved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    target text;
BEGIN
    SELECT moved_to INTO target FROM head;
    IF target IS NOT NULL THEN
        RAISE EXCEPTION '%', target USING ERRCODE = 'LM001';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER keys_stay_as_they_moved AFTER INSERT OR UPDATE ON keys
FOR EACH STATEMENT EXECUTE FUNCTION refuse_when_moved();

CREATE TRIGGER pseudonyms_stay_as_they_moved AFTER INSERT OR UPDATE OR DELETE ON pseudonyms
FOR EACH STATEMENT EXECUTE FUNCTION refuse_when_moved();

CREATE TRIGGER accesses_stay_as_they_moved AFTER INSERT ON accesses
FOR EACH STATEMENT EXECUTE FUNCTION refuse_when_moved();

CREATE TRIGGER leases_are_taken_where_the_ledger_is AFTER INSERT OR UPDATE OR DELETE ON leases
FOR EACH STATEMENT EXECUTE FUNCTION refuse_when_moved();
