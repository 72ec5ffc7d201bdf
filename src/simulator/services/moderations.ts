import { risksIn } from '#simulator/services/vectors.ts'
import { isObject, type JsonObject } from '#wire/json.ts'
import type { ModerationFormId } from '#wire/service.ts'
import { listIn, textIn } from '#wire/shape/read-json.ts'

interface PlayedForm {
  /** What gets one judgement each; undefined where the call is not of the form. */
  read(json: JsonObject): readonly string[] | undefined
  write(answer: { readonly model: string; readonly inputs: readonly string[]; readonly id: string }): unknown
}

const CATEGORIES = ['harassment', 'hate', 'self-harm', 'sexual', 'violence'] as const

const openai: PlayedForm = {
  read(json) {
    const { input } = json
    if (typeof input === 'string') return [input]
    const list = listIn(json, 'input')
    if (list === undefined || list.length === 0) return undefined
    if (list.every((each) => typeof each === 'string')) return list
    return list.every(isObject) ? [list.map((part) => textIn(part, 'text') ?? '').join('\n')] : undefined
  },
  write: ({ model, inputs, id }) => ({
    id: `modr-${id}`,
    model,
    results: inputs.map((input) => {
      const risks = new Set(risksIn(input))
      return {
        flagged: risks.size > 0,
        categories: Object.fromEntries(CATEGORIES.map((name) => [name, risks.has(name)])),
        category_scores: Object.fromEntries(CATEGORIES.map((name) => [name, risks.has(name) ? 0.9 : 0.01])),
        category_applied_input_types: Object.fromEntries(CATEGORIES.map((name) => [name, ['text']])),
      }
    }),
  }),
}

const zhipu: PlayedForm = {
  read(json) {
    const { input } = json
    if (typeof input === 'string') return [input]
    return isObject(input) ? [JSON.stringify(input)] : undefined
  },
  write: ({ inputs, id }) => ({
    id,
    created: 0,
    request_id: id,
    result_list: inputs.map((input) => {
      const risks = risksIn(input)
      return { content_type: 'text', risk_level: risks.length > 0 ? 'REJECT' : 'PASS', risk_type: risks }
    }),
    usage: { moderation_text: { call_count: 1 } },
  }),
}

/** How each form of moderations is read and answered by the platform that has it. */
export const PLAYED_MODERATIONS: Readonly<Record<ModerationFormId, PlayedForm>> = { openai, zhipu }
