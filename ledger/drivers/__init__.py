"""The databases that a ledger can lie in, one folder each; nothing above them knows the difference."""
