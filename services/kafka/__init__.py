"""Kafka, where it is set up: the topics, who may do what with them, and how this program reaches them."""

import logging

# What the library logs goes where the log goes; without one it would be shown between this program's own words. With
# more than that it would log what it is made with and every request, and so the password.
logging.getLogger("kafka").addHandler(logging.NullHandler())
logging.getLogger("kafka").setLevel(logging.INFO)
