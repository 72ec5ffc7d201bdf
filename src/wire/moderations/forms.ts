import type { JsonObject } from '#wire/json.ts'
import type { ModerationInput, ModerationPart, ModerationRequest } from '#wire/moderations/request.ts'
import { MODERATION_FORMS, type ModerationFormId, type ServiceTarget } from '#wire/service.ts'
import { isObject } from '#wire/json.ts'
import { urlOfMedia } from '#wire/shape/media-url.ts'
import { listIn, textIn } from '#wire/shape/read-json.ts'

/** What is to be written. */
export interface ModerationCall {
  readonly request: ModerationRequest
  readonly inputs: readonly ModerationInput[]
  readonly target: ServiceTarget
}

/** What stood in a platform's answer: one result an input, in OpenAI's form. */
export interface ReadModerations {
  readonly results: readonly JsonObject[]
  readonly model?: string
}

/** One way in which platforms judge content. */
export interface ModerationForm {
  /** Says what it found in words of its own, without scores. */
  readonly ownWords: boolean
  /** Why it cannot carry an input, in the end of a sentence that begins with the target; undefined if it can. */
  refuses(input: ModerationInput): string | undefined
  write(call: ModerationCall): JsonObject
  read(json: unknown): ReadModerations | undefined
}

const openaiForm: ModerationForm = {
  ownWords: false,
  refuses: () => undefined,
  write: ({ request, inputs, target }) => ({
    model: target.model,
    input: request.joined ? (inputs[0]?.parts ?? []).map(partOf) : inputOf(inputs),
  }),
  read(json) {
    const results = listIn(json, 'results')
    const model = textIn(json, 'model')
    if (results === undefined || !results.every(isObject)) return undefined
    return { results, ...(model === undefined ? {} : { model }) }
  },
}

function partOf(part: ModerationPart): JsonObject {
  if (part.kind === 'text') return { type: 'text', text: part.text }
  return { type: 'image_url', image_url: { url: urlOfMedia(part.source) ?? '' } }
}

function inputOf(inputs: readonly ModerationInput[]): unknown {
  const texts = inputs.map(({ parts }) => parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('\n'))
  return texts.length === 1 ? texts[0] : texts
}

/**
 * Zhipu judges one text or picture a call and says `PASS`, `REVIEW` or `REJECT` with the kinds of risk that it sees
 * (docs.bigmodel.cn, 2026). It gives no scores, so there are none here.
 */
const zhipuForm: ModerationForm = {
  ownWords: true,
  refuses: ({ parts }) => (parts.length > 1 ? 'judges one text or one picture at a time' : undefined),
  write({ inputs: [input], target }) {
    const part = input?.parts[0]
    const media = part?.kind === 'image' ? partOf(part) : undefined
    return { model: target.model, input: media ?? (part?.kind === 'text' ? part.text : '') }
  },
  read(json) {
    const list = listIn(json, 'result_list')
    if (list === undefined) return undefined
    const levels = list.map((item) => textIn(item, 'risk_level') ?? '')
    const risks = list.flatMap((item) => listIn(item, 'risk_type') ?? []).filter((risk) => typeof risk === 'string')
    const level = LEVELS.find((each) => levels.includes(each)) ?? 'PASS'
    return {
      results: [
        {
          flagged: level !== 'PASS',
          categories: Object.fromEntries(risks.map((risk) => [risk, true])),
          category_scores: {},
          risk_level: level,
        },
      ],
    }
  },
}

/** The gravest first. */
const LEVELS = ['REJECT', 'REVIEW', 'PASS'] as const

const FORMS: Readonly<Record<ModerationFormId, ModerationForm>> = { openai: openaiForm, zhipu: zhipuForm }

/** The form of a target of moderations. Throws where the target is one of another service, which would be a bug. */
export function moderationForm({ form }: ServiceTarget): ModerationForm {
  const id = MODERATION_FORMS.find((each) => each === form)
  if (id === undefined) throw new Error(`"${form}" is no form of moderations`)
  return FORMS[id]
}
