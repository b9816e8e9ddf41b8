#!/bin/sh
# The life of an API client with curl: sign up, use the access token, renew it, lose an answer, be refused a used token,
# sign in again, sign out.
#
#   sh client.sh http://127.0.0.1:3000 ada@example.com 'a long password of your own'
#
# Start the server with short lives to see each step soon: ACCESS_TOKEN_TTL=5s REFRESH_GRACE=5s.
set -eu

api="$1/api/v1" email="$2" password="$3"
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT

# Sends a request and prints its status; the body goes to $answer. `call METHOD PATH [BODY] [TOKEN]`
call() {
  set -- "$1" "$2" "${3:-}" "${4:-}" \
    -s -o "$answer" -w '%{http_code}' -X "$1" -A latchkey-example "$api$2"
  body=$3 token=$4
  shift 4
  [ -z "$body" ] || set -- "$@" -H 'Content-Type: application/json' --data-binary "$body"
  [ -z "$token" ] || set -- "$@" -H "Authorization: Bearer $token"
  curl "$@"
}

# Prints a text of the last answer by its name.
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$answer"; }

# Ends the script unless the last status is the expected one.
expect() {
  [ "$1" = "$2" ] || { echo "expected $2, got $1: $(cat "$answer")" >&2; exit 1; }
}

tokens() { access=$(field access_token) refresh=$(field refresh_token); }
renew() { call POST /renew "{\"refresh_token\":\"$1\"}"; }
credentials="{\"email\":\"$email\",\"password\":\"$password\"}"

expect "$(call POST /signup "$credentials")" 201
tokens
echo "signed up, session $(field session_id)"

expect "$(call GET /me '' "$access")" 200
echo "the access token says who we are: $(field email)"

while status=$(call GET /me '' "$access"); [ "$status" = 200 ]; do sleep 0.2; done
expect "$status" 401
echo "the access token has expired: $(field error)"

used=$refresh
expect "$(renew "$used")" 200
echo "renewed, but suppose that this answer was lost"
expect "$(renew "$used")" 200
tokens
echo "the same request again, and the session goes on"
expect "$(call GET /me '' "$access")" 200

# A thief who copied the used token comes too late, and the session ends for both.
while status=$(renew "$used"); [ "$status" = 200 ]; do sleep 0.2; done
expect "$status" 401
expect "$(renew "$refresh")" 401
echo "a used token came back, so the session has ended"

expect "$(call POST /login "$credentials")" 200
tokens
expect "$(call POST /logout '' "$access")" 204
expect "$(call GET /me '' "$access")" 401
echo "signed in again and signed out"
