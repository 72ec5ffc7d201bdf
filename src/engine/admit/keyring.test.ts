import { expect, test } from 'vitest'
import { keyHash, keyring } from '#engine/admit/keyring.ts'
import { mayUse } from '#engine/admit/permission.ts'
import type { Group, KeyRecord, Vault } from '#engine/ports.ts'

const SECRET = 'sk-tw-0123456789abcdef'
const OPEN = { models: [], limits: {} }

function vaultOf(team: string | undefined, groups: readonly Group[]): Vault {
  const hash = Buffer.from(keyHash(SECRET), 'hex')
  const key: KeyRecord = {
    id: 'k',
    name: 'shop',
    role: 'caller',
    hash,
    ...OPEN,
    ...(team === undefined ? {} : { team }),
  }
  return { keys: () => [key], groups: () => groups, revision: () => 1 }
}

const ACME: Group = { kind: 'organisation', name: 'acme', models: ['qwen/*', 'glm/*'], limits: { requestsPerDay: 9 } }
const SEARCH: Group = { kind: 'team', name: 'search', organisation: 'acme', models: ['qwen/*'], limits: {} }

test('a key of the store is bound by a team of the store and an organisation of the file, nearest first', () => {
  const ring = keyring({ keys: [], groups: [ACME] }, vaultOf('search', [SEARCH]))
  const admitted = ring.admit(SECRET)
  expect(admitted).toMatchObject({
    ok: true,
    caller: {
      above: [
        { id: 'team:search', words: 'the team "search"', models: ['qwen/*'], limits: {} },
        { id: 'organisation:acme', words: 'the organisation "acme"', limits: { requestsPerDay: 9 } },
      ],
    },
  })
})

test('models are those that the key, its team and its organisation allow, all of them', () => {
  const ring = keyring({ keys: [], groups: [ACME] }, vaultOf('search', [SEARCH]))
  const admitted = ring.admit(SECRET)
  if (!admitted.ok) throw new Error(admitted.failure.message)
  const refusals = ['qwen/max', 'glm/5', 'gpt-4o'].map((model) => mayUse(admitted.caller, model)?.message)
  expect(refusals).toEqual([
    undefined,
    'the team "search" may not use "glm/5"; it may use qwen/*',
    'the team "search" may not use "gpt-4o"; it may use qwen/*',
  ])
})

test("a key whose team, or whose team's organisation, is not there any more may do nothing", () => {
  const alone = keyring({ keys: [], groups: [] }, vaultOf('search', []))
  const above = keyring({ keys: [], groups: [] }, vaultOf('search', [SEARCH]))
  const refused = [alone, above].map((ring) => ring.admit(SECRET))
  expect(refused).toMatchObject([
    { ok: false, failure: { kind: 'permission', message: expect.stringContaining('the team "search", which is not') } },
    { ok: false, failure: { kind: 'permission', message: expect.stringContaining('the organisation "acme"') } },
  ])
})
