import { expect, test } from 'vitest'
import { EFFORTS } from '#wire/request.ts'
import { asksForNone, budgetOfEffort, effortOfBudget, nearestEffort } from '#wire/shape/effort.ts'

test('an effort that became a budget becomes the same effort again', () => {
  expect(EFFORTS.map((effort) => effortOfBudget(budgetOfEffort(effort)))).toEqual(EFFORTS)
})

test('a harder effort is a larger budget', () => {
  const budgets = EFFORTS.map(budgetOfEffort)
  expect(budgets).toEqual(budgets.toSorted((a, b) => a - b))
  expect(new Set(budgets).size).toBe(EFFORTS.length)
})

test('a budget between two efforts is the harder one, and one beyond all is the hardest', () => {
  expect([1, 1025, 4096, 10_000, 65_537].map(effortOfBudget)).toEqual(['minimal', 'low', 'medium', 'high', 'max'])
})

test('the nearest effort is never none, and of two equally near ones the harder', () => {
  const efforts = { none: 'none', low: 'l', high: 'h' }
  expect(EFFORTS.map((effort) => nearestEffort(effort, efforts))).toEqual([
    'low',
    'low',
    'low',
    'high',
    'high',
    'high',
    'high',
  ])
  expect(nearestEffort('low', {})).toBeUndefined()
})

test('no thinking is asked for by a switch, by an effort without one, or by an empty budget', () => {
  const asked = [{ enabled: false }, { effort: 'none' }, { budgetTokens: 0 }, { effort: 'none', enabled: true }, {}]
  expect(asked.map((reasoning) => asksForNone(reasoning as Parameters<typeof asksForNone>[0]))).toEqual([
    true,
    true,
    true,
    false,
    false,
  ])
})
