#!/bin/sh
# top_k has no place in OpenAI's dialect: with x-tongwen-strict the gateway refuses instead of leaving it out.
set -eu
curl -sS "${TONGWEN_URL:-http://127.0.0.1:8787}/v1/messages" \
  -H "x-api-key: $TONGWEN_KEY" \
  -H 'anthropic-version: 2023-06-01' \
  -H 'content-type: application/json' \
  -H 'x-tongwen-strict: true' \
  -d '{"model":"'"${TONGWEN_MODEL:-simulator/echo}"'","max_tokens":100,"top_k":5,"messages":[{"role":"user","content":"Hello"}]}'
echo
