"""Faults of the storage and the clock, made on purpose: what was acknowledged survives them."""
