"""The readers of the topics: their pure parts, and against a real broker."""
