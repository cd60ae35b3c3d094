"""The server over HTTP: run as its users run it, asked by raw sockets, killed, cut off and raced."""
