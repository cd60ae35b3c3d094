"""The record: what happened, kept as immutable events that neither side can quietly change."""
