"""An issuer of national accounts that really runs: Authlib's server on a port of loopback.

It asks for PKCE and a nonce, gives each code once, signs with RSA. `claims` says who sits before
it; `lies` changes the signed token, `forge` says how a liar signs.
"""

import hmac
import json
import os
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector
from authlib.oauth2.rfc6749 import ClientMixin, TokenMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc6750 import BearerTokenValidator
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode
from django.test import override_settings
from flask import Flask, jsonify, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from sinovik.account_settings import sso_providers

# Authlib refuses plain http elsewhere than in tests.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
CLIENT, SECRET = "sinovik", "rahasia-uji-saja"
KEY = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
PAGE = """<!doctype html><html lang="id"><meta charset="utf-8"><link rel="icon" href="data:,">
<title>Akun Nasional Uji</title>
<h1>Akun Nasional Uji</h1><form method="post"><button>Izinkan</button></form>"""


class Client(ClientMixin):  # type: ignore[misc]
    """The one site that is registered here; `back` is where its codes may go."""

    back = ""

    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> str:
        return self.back

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri.endswith(self.back)

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method in ("client_secret_basic", "client_secret_post")

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


class Code:
    """What a code was given for."""

    def __init__(self, asked: Any) -> None:
        told = asked.payload.data
        self.nonce, self.scope = told["nonce"], told["scope"]
        self.redirect_uri, self.subject = told["redirect_uri"], asked.user
        self.code_challenge = told["code_challenge"]
        self.code_challenge_method = told["code_challenge_method"]

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(time.time())

    def get_acr(self) -> None:
        return None

    get_amr = get_acr


class Token(TokenMixin):  # type: ignore[misc]
    """A bearer's word for who signed in."""

    def get_scope(self) -> str:
        return "openid profile email"

    def get_expires_in(self) -> int:
        return 60

    def is_expired(self) -> bool:
        return False

    def is_revoked(self) -> bool:
        return False


class Issuer:
    """One issuer: its people, its codes, its lies and what it was asked."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.lies: dict[str, Any] = {}
        self.forge = self.answer_as = ""
        self.codes: dict[str, Code] = {}
        self.bearers: set[str] = set()
        self.answered: list[int] = []
        self.client = Client()
        self.address = ""

    def wsgi(self) -> Flask:
        """The whole of it as Flask serves it."""
        site = Flask("issuer")
        server = AuthorizationServer(site, lambda name: self.client if name == CLIENT else None)
        server.save_token = lambda token, asked: self.bearers.add(token["access_token"])
        server.register_grant(grant_of(self), [CodeChallenge(required=True), token_of(self)])
        guard = ResourceProtector()
        guard.register_token_validator(bearer_of(self))

        @site.get("/.well-known/openid-configuration")
        def discovery() -> Any:
            names = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
            found = {f"{name}_endpoint": f"{self.address}/{path}" for name, path in names.items()}
            own = self.answer_as or self.address
            return jsonify(issuer=own, jwks_uri=f"{self.address}/keys", **found)

        @site.route("/authorize", methods=["GET", "POST"])
        def authorize() -> Any:
            grant = server.get_consent_grant(end_user=self.claims["sub"])
            if request.method == "GET":
                return PAGE
            return server.create_authorization_response(grant_user=self.claims["sub"], grant=grant)

        @site.post("/token")
        def token() -> Any:
            answer = server.create_token_response()
            self.answered.append(answer.status_code)
            return answer

        @site.get("/userinfo")
        @guard()
        def userinfo() -> Any:
            return jsonify(self.claims)

        @site.get("/keys")
        def keys() -> Any:
            return jsonify(keys=[KEY.as_dict(private=False)])

        return site


def grant_of(issuer: Issuer) -> type[AuthorizationCodeGrant]:
    class Grant(AuthorizationCodeGrant):  # type: ignore[misc]
        TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]

        def save_authorization_code(self, code: str, asked: Any) -> None:
            issuer.codes[code] = Code(asked)

        def query_authorization_code(self, code: str, client: Any) -> Code | None:
            return issuer.codes.get(code)

        def delete_authorization_code(self, authorization_code: Code) -> None:
            issuer.codes = {k: v for k, v in issuer.codes.items() if v is not authorization_code}

        def authenticate_user(self, authorization_code: Code) -> str:
            return str(authorization_code.subject)

    return Grant


def bearer_of(issuer: Issuer) -> BearerTokenValidator:
    class Bearer(BearerTokenValidator):  # type: ignore[misc]
        def authenticate_token(self, token_string: str) -> Token | None:
            return Token() if token_string in issuer.bearers else None

    return Bearer()


def token_of(issuer: Issuer) -> OpenIDCode:
    class Signed(OpenIDCode):  # type: ignore[misc]
        def exists_nonce(self, nonce: str, asked: Any) -> bool:
            return any(code.nonce == nonce for code in issuer.codes.values())

        def resolve_client_private_key(self, client: Any) -> RSAKey:
            return KEY

        def get_client_claims(self, client: Any) -> dict[str, Any]:
            return {"iss": issuer.address, "aud": [CLIENT], "exp": int(time.time()) + 60}

        def get_encode_header(self, client: Any) -> dict[str, Any]:
            return {"alg": "RS256", "kid": KEY.kid}

        def generate_user_info(self, user: str, scope: str) -> dict[str, Any]:
            return {"sub": user}

        def encode_id_token(self, token: Any, asked: Any) -> str:
            honest: str = super().encode_id_token(token, asked)
            return lie(issuer, honest) if issuer.lies or issuer.forge else honest

    return Signed(require_nonce=True)


def lie(issuer: Issuer, honest: str) -> str:
    """The token with changed facts, signed as `forge` says."""
    claims = {**jwt.decode(honest, KEY).claims, **issuer.lies}
    claims = {name: value for name, value in claims.items() if value is not None}
    if issuer.forge == "none":
        return by_hand("none", claims, b"")
    if issuer.forge == "shared":  # The public key taken for a shared secret.
        return by_hand("HS256", claims, KEY.as_pem(private=False))
    key = RSAKey.generate_key(2048) if issuer.forge == "stranger" else KEY
    return jwt.encode({"alg": "RS256", "kid": KEY.kid}, claims, key)


def by_hand(algorithm: str, claims: dict[str, Any], secret: bytes) -> str:
    """A token that no library signs any more."""
    parts = ({"alg": algorithm, "kid": KEY.kid}, claims)
    told = b".".join(urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts)
    sign = hmac.digest(secret, told, "sha256") if secret else b""
    return (told + b"." + urlsafe_b64encode(sign).rstrip(b"=")).decode()


class Quiet(WSGIRequestHandler):
    """Says nothing of each request."""

    def log(self, *args: Any) -> None:
        pass


@contextmanager
def running_issuer() -> Iterator[Issuer]:
    """An issuer that listens on a free port of loopback."""
    issuer = Issuer()
    server: BaseWSGIServer = make_server(
        "127.0.0.1", 0, issuer.wsgi(), threaded=True, request_handler=Quiet
    )
    issuer.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def national_account(address: str) -> Iterator[None]:
    """The site as its environment names this issuer."""
    providers = sso_providers("Akun Uji", ISSUER=address, CLIENT_ID=CLIENT, SECRET=SECRET)
    with override_settings(SSO_NAME="Akun Uji", SOCIALACCOUNT_PROVIDERS=providers):
        yield
