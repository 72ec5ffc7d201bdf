import { expect, test } from 'vitest'
import { joinUrl } from '#catalog/url.ts'

const join = (base: string, path: string, model = 'm'): string => {
  const joined = joinUrl(base, path, model)
  return joined.ok ? joined.url : joined.reason
}

test('base and path become one URL, shared segments once', () => {
  expect([
    join('https://host/v1', '/v1/messages'),
    join('https://host/v1/', '/chat/completions'),
    join('https://host', '/v1/messages'),
    join('https://host/a/v1', '/v1/messages'),
    join('https://host/v1/chat/completions', '/chat/completions'),
    join('https://host/v11', '/v1/messages'),
    join('http://[::1]:8000/v1', '/chat/completions'),
    join('https://host', '/d/{model}/chat?api-version=1', 'a/b c'),
  ]).toEqual([
    'https://host/v1/messages',
    'https://host/v1/chat/completions',
    'https://host/v1/messages',
    'https://host/a/v1/messages',
    'https://host/v1/chat/completions',
    'https://host/v11/v1/messages',
    'http://[::1]:8000/v1/chat/completions',
    'https://host/d/a%2Fb%20c/chat?api-version=1',
  ])
})

test('what is no base URL is refused with its reason', () => {
  expect([
    join('host/v1', '/x'),
    join('ftp://host', '/x'),
    join('https://host/v1#a', '/x'),
    join('https://{r}.host', '/x'),
  ]).toEqual([
    '"host/v1" is no base URL: it must be http(s) or ws(s), without query and fragment',
    '"ftp://host" is no base URL: it must be http(s) or ws(s), without query and fragment',
    '"https://host/v1#a" is no base URL: it must be http(s) or ws(s), without query and fragment',
    'the base URL needs {r}: give the provider a baseUrl of its own',
  ])
})
