import { z } from 'zod'

/** A number in the file, or its digits as a text: what `${PORT}` gives. */
export function integer(min: number, max: number = Number.MAX_SAFE_INTEGER): z.ZodType<number> {
  const wanted = max === Number.MAX_SAFE_INTEGER ? `a whole number from ${min}` : `a whole number from ${min} to ${max}`
  return z
    .unknown()
    .transform((value, context) => {
      const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
      if (Number.isSafeInteger(number) && typeof number === 'number' && number >= min && number <= max) return number
      context.addIssue({ code: 'custom', message: `must be ${wanted}` })
      return z.NEVER
    })
    .meta({ form: `integer from ${min}${max === Number.MAX_SAFE_INTEGER ? '' : ` to ${max}`}` })
}
