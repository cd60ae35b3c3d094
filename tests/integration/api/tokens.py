"""An identity provider of the tests' own: its keys, the tokens it signs, and those that somebody else makes up."""

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import time
from typing import Any, Final

import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

__all__ = ["AUDIENCE", "ISSUER", "Provider", "encoded"]

ISSUER: Final = "https://id.example.org"
AUDIENCE: Final = "sla-ledger"


class Provider:
    """Signs tokens, and serves its public keys. `is_away` makes it fail; `asked` counts how often it was asked."""

    def __init__(self) -> None:
        self.rsa = rsa.generate_private_key(65537, 2048)
        self.ec = ec.generate_private_key(ec.SECP256R1())
        self.names = {"k1": self.rsa}
        self.is_away = False
        self.asked = 0

    def jwks(self) -> bytes:
        """Its public keys, one of another type and one for encryption among them."""
        signing = [
            {**RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": name, "use": "sig"}
            for name, key in self.names.items()
        ]
        elliptic = {**ECAlgorithm.to_jwk(self.ec.public_key(), as_dict=True), "kid": "e1"}
        secret = {"kty": "oct", "kid": "o1", "k": "c2VjcmV0"}
        return orjson.dumps({"keys": [*signing, elliptic, secret, {**signing[0], "kid": "enc", "use": "enc"}]})

    def token(self, *, key: Any = None, algorithm: str = "RS256", headers: Any = None, **claims: Any) -> str:
        """A valid token of a service for all contracts; a claim of None is left out."""
        told = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": "user-1",
            "exp": int(time()) + 300,
            "sla_ledger_role": "service",
            "sla_ledger_contracts": "*",
            "sla_ledger_act_as": ["engineer"],
            **claims,
        }
        payload = {name: value for name, value in told.items() if value is not None}
        return jwt.encode(payload, key or self.rsa, algorithm=algorithm, headers={"kid": "k1", **(headers or {})})

    @contextmanager
    def served(self) -> Iterator[str]:
        """Serve the keys; the address."""
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.asked += 1
                self.send_response(503 if provider.is_away else 200)
                self.end_headers()
                self.wfile.write(provider.jwks())

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/keys"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def encoded(part: object) -> str:
    """A part of a token, as JSON in base64url."""
    return base64.urlsafe_b64encode(orjson.dumps(part)).rstrip(b"=").decode()
