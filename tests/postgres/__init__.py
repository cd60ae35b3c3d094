"""Several servers of one ledger in PostgreSQL, and what befalls it: crashes, cuts, a full disk."""
