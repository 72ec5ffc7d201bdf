import { expect, test } from 'vitest'
import { withoutSecrets } from '#wire/shape/secrets.ts'

test('credentials leave a message, everything else stays', () => {
  const cases: [string, string][] = [
    ['Incorrect API key provided: sk-proj-abcdefghijkl0123456789.', 'Incorrect API key provided: sk-***.'],
    ['Incorrect API key provided: sk-ab***xyz.', 'Incorrect API key provided: sk-ab***xyz.'],
    ['header Authorization: Bearer abcdefgh12345678', 'header Authorization: Bearer ***'],
    ['GET /v1?key=AIzaSyA0123456789012345678901234567890', 'GET /v1?key=***'],
    ['key AKIAIOSFODNN7EXAMPLE is disabled', 'key AKIA*** is disabled'],
    ['token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', 'token eyJ***'],
    ['key 0123456789abcdef0123456789abcdef.AbCdEfGh12345678', 'key ***'],
    ['refused: Zm9vYmFyMTIzNDU2Nzg5MGFiY2RlZmdoaWo1', 'refused: ***'],
    ['chatcmpl-D8Z5oo6uDh67AD85p73ksdT1KxhE0 and', 'chatcmpl-D8Z5oo6uDh67AD85p73ksdT1KxhE0 and'],
    ['Request id: 02176239923923912345abcdef12345678', 'Request id: 02176239923923912345abcdef12345678'],
    ['model claude-haiku-4-5-20251001 not found', 'model claude-haiku-4-5-20251001 not found'],
    ['max_tokens: 100000 is more than 8192 tokens', 'max_tokens: 100000 is more than 8192 tokens'],
  ]
  expect(cases.map(([text]) => withoutSecrets(text))).toEqual(cases.map(([, clean]) => clean))
})
