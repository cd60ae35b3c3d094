"""The edge over HTTP: who asks, what for, and the answer. What is recorded and judged is decided elsewhere."""
