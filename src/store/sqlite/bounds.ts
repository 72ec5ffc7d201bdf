import type { KeyBudget, KeyLimits } from '#engine/ports.ts'
import type { Bounds } from '#store/keys.ts'
import { textOf } from '#store/sqlite/statements.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import { optionalNumber, requiredText, WrongField } from '#wire/shape/field.ts'

const LIMITS = ['requestsPerMinute', 'requestsPerDay', 'tokensPerMinute', 'tokensPerDay', 'concurrency'] as const

/** What binds a key or a group, from the columns `models`, `limits` and `budget`, which hold JSON. */
export function boundsOf(row: Record<string, unknown>): Bounds {
  const budget = textOf(row['budget'])
  return {
    models: readModels(requiredText(row, 'models')),
    limits: readLimits(readObject(requiredText(row, 'limits'))),
    ...(budget === undefined ? {} : { budget: readBudget(readObject(budget)) }),
  }
}

function readObject(text: string): JsonObject {
  const value: unknown = JSON.parse(text)
  if (isObject(value)) return value
  throw new WrongField('value', 'an object', value)
}

function readModels(text: string): readonly string[] {
  const value: unknown = JSON.parse(text)
  if (Array.isArray(value) && value.every((model) => typeof model === 'string')) return value
  throw new WrongField('models', 'a list of strings', value)
}

function readLimits(object: JsonObject): KeyLimits {
  const limits = LIMITS.flatMap((name) => {
    const value = optionalNumber(object, name)
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(limits)
}

function readBudget(object: JsonObject): KeyBudget {
  const period = requiredText(object, 'period')
  if (period !== 'day' && period !== 'month' && period !== 'total')
    throw new WrongField('period', 'day, month or total', period)
  const unpriced = object['unpriced'] === 'allow' ? { unpriced: 'allow' as const } : {}
  const whenShort = object['whenShort'] === 'cap' ? { whenShort: 'cap' as const } : {}
  return {
    amount: requiredText(object, 'amount'),
    currency: requiredText(object, 'currency'),
    period,
    ...unpriced,
    ...whenShort,
  }
}
