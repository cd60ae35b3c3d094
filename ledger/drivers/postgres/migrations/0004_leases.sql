-- Who alone does what one process at a time may do, and until when by this database's own clock (microseconds since
-- 1970-01-01T00:00:00Z). Trust: changed, two processes would do it at once, or none; what they do is fenced by the
-- broker besides. No part of a backup's worth, and of no export.
CREATE TABLE leases (
    name   text COLLATE "C" PRIMARY KEY,
    holder text NOT NULL,
    until  bigint NOT NULL
);
