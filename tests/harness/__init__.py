"""Harnesses that break things at random moments, each with a control that must fail."""
