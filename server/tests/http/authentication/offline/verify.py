"""Verifies an access token with the PyPI package `joserfc` from the key set alone."""
import json
import sys

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

given = json.load(sys.stdin)
try:
    token = jwt.decode(
        given["token"], KeySet.import_key_set(given["jwks"]), algorithms=["EdDSA", "ES256", "RS256"]
    )
    assert token.header["typ"] == "at+jwt"
    essential = {"essential": True, "value": given["issuer"]}
    claims = jwt.JWTClaimsRegistry(now=given["now"] // 1000, iss=essential, aud=essential, exp={"essential": True})
    claims.validate(token.claims)
    print(token.claims["sub"])
except (JoseError, ValueError) as error:
    print(f"refused: {error}")
