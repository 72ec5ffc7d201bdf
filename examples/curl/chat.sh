#!/bin/sh
# One request, then its trace: what was asked, where it went, what it cost.
set -eu
url=${TONGWEN_URL:-http://127.0.0.1:8787}

headers=$(mktemp)
trap 'rm -f "$headers"' EXIT
curl -sS -D "$headers" "$url/v1/chat/completions" \
  -H "authorization: Bearer $TONGWEN_KEY" \
  -H 'content-type: application/json' \
  -H 'x-tongwen-tags: team=docs,app=example' \
  -d '{"model":"'"${TONGWEN_MODEL:-simulator/echo}"'","messages":[{"role":"user","content":"Hello from curl"}]}'
echo

id=$(sed -n 's/^x-request-id: *//Ip' "$headers" | tr -d '\r')
curl -sS "$url/v1/requests/$id" -H "authorization: Bearer $TONGWEN_KEY"
echo
