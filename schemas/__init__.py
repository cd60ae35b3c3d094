"""The language that ledger, judgement and services share."""
