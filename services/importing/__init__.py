"""Histories from elsewhere: files of events and other systems' exports, taken into the ledger."""
