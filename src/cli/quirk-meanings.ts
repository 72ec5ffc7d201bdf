import { z } from 'zod'
import { quirksSchema } from '#engine/config/quirks-schema.ts'
import { isObject } from '#wire/json.ts'

/** What each quirk means, by its name: the words of the configuration reference. */
export function quirkMeanings(): ReadonlyMap<string, string> {
  const { properties = {} } = z.toJSONSchema(quirksSchema, { io: 'input', unrepresentable: 'any' })
  return new Map(
    Object.entries(properties).flatMap(([name, schema]) => {
      const meaning = isObject(schema) ? schema['description'] : undefined
      return typeof meaning === 'string' ? [[name, meaning] as const] : []
    }),
  )
}
