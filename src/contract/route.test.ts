import { expect, test } from 'vitest'
import { newKey, routes, usageQuery } from '#contract/index.ts'
import { fillPath, matchPath } from '#contract/route.ts'

test.each([
  ['/api/keys', '/api/keys', {}],
  ['/api/keys/:id', '/api/keys/config%3Ashop', { id: 'config:shop' }],
  ['/api/keys/:id', '/api/keys/', undefined],
  ['/api/keys/:id', '/api/keys/%E0%A4%A', undefined],
  ['/api/keys/:id', '/api/keys/a/b', undefined],
  ['/api/keys', '/api/platforms', undefined],
])('%s against %s gives %j', (pattern, path, values) => {
  expect(matchPath(pattern, path)).toEqual(values)
})

test('a path that was filled matches with the same values', () => {
  const values = { id: '名 a/b?c#d' }
  expect(matchPath(routes.platform.path, fillPath(routes.platform.path, values))).toEqual(values)
})

test('no two routes share a method and a path', () => {
  const names = Object.values(routes).map(({ method, path }) => `${method} ${path}`)
  expect(new Set(names).size).toBe(names.length)
})

test('a new key needs only a name; the rest has defaults', () => {
  expect(newKey.parse({ name: ' shop ' })).toEqual({ name: 'shop', role: 'caller', models: [], limits: {} })
})

test('a new key is refused with the name of each field at fault', () => {
  const { error } = newKey.safeParse({
    name: '',
    role: 'root',
    limits: { concurrency: 0 },
    budget: { amount: 100, currency: 'yuan', period: 'week' },
    note: 'x',
  })
  expect(error?.issues.map(({ path, message }) => [path.join('.'), message])).toEqual([
    ['name', 'must not be empty'],
    ['role', 'must be caller or admin'],
    ['limits.concurrency', 'must be at least 1'],
    ['budget.amount', 'must be a text like "100.00", so that no digit is lost'],
    ['budget.currency', 'must be the three capital letters of ISO 4217, like CNY or USD'],
    ['budget.period', 'must be day, month or total'],
    ['', 'Unrecognized key: "note"'],
  ])
})

test('a usage query reads days in its own offset, instants as they are', () => {
  expect(
    usageQuery.parse({
      key: 'shop',
      tag: 'team=a, app=b',
      from: '2026-11-01',
      to: '2026-11-02T08:00:00+08:00',
      by: 'model,tag:team',
      offset: '+08:00',
    }),
  ).toEqual({
    key: 'shop',
    tags: { team: 'a', app: 'b' },
    since: Date.UTC(2026, 9, 31, 16),
    until: Date.UTC(2026, 10, 2),
    by: ['model', { tag: 'team' }],
    offsetMinutes: 480,
  })
})

test.each([
  [{ by: 'month' }, 'by', '"month" is not one of key, team, organisation, model, platform, target, day, tag:NAME'],
  [{ from: 'yesterday' }, 'from', 'must be a day like 2026-11-01, or an instant like 2026-11-01T08:00:00+08:00'],
  [{ tag: 'team' }, 'tag', 'must be name=value, several with commas between'],
  [{ offset: '+25:00' }, 'offset', 'must be hours and minutes east of UTC, like +08:00'],
])('a usage query %j is refused', (query, path, message) => {
  expect(usageQuery.safeParse(query).error?.issues.map((issue) => [issue.path.join('.'), issue.message])).toEqual([
    [path, message],
  ])
})
