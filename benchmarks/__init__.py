"""Ratios against the plainest code that does the same job; `python -m benchmarks` runs them all."""
