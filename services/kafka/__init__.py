"""Kafka, where it is set up: the topics, who may do what with them, and how this program reaches them."""

import logging

# What the library logs goes where the log goes; without one it would be shown between this program's own words.
logging.getLogger("kafka").addHandler(logging.NullHandler())
