"""The life of an API client in Python, with the standard library only: sign up, use the access token, renew it, lose an
answer, be refused a used token, sign in again, sign out.

    python3 client.py http://127.0.0.1:3000 ada@example.com 'a long password of your own'

Start the server with short lives to see each step soon: ACCESS_TOKEN_TTL=5s REFRESH_GRACE=5s.
"""

import json
import sys
import time
import urllib.error
import urllib.request


class Problem(Exception):
    """An answer that is a problem document (RFC 9457)."""

    def __init__(self, status, document):
        super().__init__(f"{status} {document.get('error')}: {document.get('detail')}")
        self.status = status
        self.error = document.get("error")


class Client:
    """A signed-in program. It keeps the two tokens of its session and renews them when it has to."""

    def __init__(self, origin):
        self.api = origin + "/api/v1"
        self.access_token = self.refresh_token = None

    def send(self, method, path, body=None, token=None):
        """Sends one request. Returns the JSON of the answer, or raises a Problem."""
        request = urllib.request.Request(self.api + path, method=method)
        request.add_header("User-Agent", "latchkey-example")
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        if token is not None:
            request.add_header("Authorization", "Bearer " + token)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as refused:
            raise Problem(refused.code, json.loads(refused.read() or b"{}")) from None

    def keep(self, tokens):
        self.access_token, self.refresh_token = tokens["access_token"], tokens["refresh_token"]
        return tokens

    def sign_up(self, email, password):
        return self.keep(self.send("POST", "/signup", {"email": email, "password": password}))

    def sign_in(self, email, password):
        return self.keep(self.send("POST", "/login", {"email": email, "password": password}))

    def renew(self):
        return self.keep(self.send("POST", "/renew", {"refresh_token": self.refresh_token}))

    def sign_out(self):
        self.send("POST", "/logout", token=self.access_token)

    def request(self, method, path, body=None):
        """Sends a request of the session. Renews the tokens once if the access token has expired."""
        try:
            return self.send(method, path, body, self.access_token)
        except Problem as problem:
            if problem.error != "unauthenticated":
                raise
        self.renew()
        return self.send(method, path, body, self.access_token)


def until_refused(attempt):
    """Repeats an attempt until it is answered 401."""
    while True:
        try:
            attempt()
        except Problem as problem:
            if problem.status != 401:
                raise
            return problem
        time.sleep(0.2)


def main(origin, email, password):
    client = Client(origin)
    print("signed up, session", client.sign_up(email, password)["session_id"])
    print("the access token says who we are:", client.request("GET", "/me")["email"])

    expired = until_refused(lambda: client.send("GET", "/me", token=client.access_token))
    print("the access token has expired:", expired.error)

    used = client.refresh_token
    client.send("POST", "/renew", {"refresh_token": used})
    print("renewed, but suppose that this answer was lost")
    client.request("GET", "/me")
    assert client.refresh_token != used
    print("the same request again, and the session goes on")

    # A thief who copied the used token comes too late, and the session ends for both.
    until_refused(lambda: client.send("POST", "/renew", {"refresh_token": used}))
    assert until_refused(client.renew).error == "unauthenticated"
    print("a used token came back, so the session has ended")

    client.sign_in(email, password)
    client.sign_out()
    until_refused(lambda: client.send("GET", "/me", token=client.access_token))
    print("signed in again and signed out")


if __name__ == "__main__":
    main(*sys.argv[1:])
