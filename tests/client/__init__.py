"""The client of services: its core without a network, both clients against sockets that misbehave, and the server."""
