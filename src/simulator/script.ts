import { parse, YAMLParseError } from 'yaml'
import { z } from 'zod'
import { saidByUser } from '#simulator/directives.ts'
import type { ModelRequest } from '#wire/request.ts'
import type { Usage } from '#wire/usage.ts'

/** A tool call to answer with. */
export interface ScriptedCall {
  readonly name: string
  /** JSON text, sent as it is even where it is no JSON; or an object. */
  readonly arguments: string | Readonly<Record<string, unknown>>
  readonly id?: string | undefined
}

/** What to answer, as data. */
export interface Script {
  readonly text?: string | undefined
  readonly reasoning?: string | undefined
  readonly toolCalls?: readonly ScriptedCall[] | undefined
  readonly refusal?: string | undefined
  /** Why it stops, in the platform's own words: `length`, `sensitive`, `max_tokens`. */
  readonly finish?: string | undefined
  /** Overrides the figures that it names. */
  readonly usage?: { readonly [Leaf in UsageLeaf]?: number | undefined } | undefined
  /** A text of so many tokens in place of `text`. */
  readonly tokens?: number | undefined
  /** The model that the answer says it is from. */
  readonly model?: string | undefined
  readonly id?: string | undefined
}

export type UsageLeaf = Exclude<keyof Usage, 'raw' | 'estimated'>

/** An answer and when it is given: the last user message contains `contains`, the model is `model`; absent = always. */
export interface ScriptRule {
  readonly match: { readonly contains?: string | undefined; readonly model?: string | undefined }
  readonly answer: Script
}

const count = z.int().min(0)

const usageSchema = z.strictObject({
  inputFresh: count.optional(),
  inputCached: count.optional(),
  cacheWriteShort: count.optional(),
  cacheWriteLong: count.optional(),
  inputAudio: count.optional(),
  outputText: count.optional(),
  outputReasoning: count.optional(),
  outputAudio: count.optional(),
})

const callSchema = z.strictObject({
  name: z.string().min(1),
  arguments: z.union([z.string(), z.record(z.string(), z.unknown())]).default('{}'),
  id: z.string().optional(),
})

const scriptSchema: z.ZodType<Script> = z.strictObject({
  text: z.string().optional(),
  reasoning: z.string().optional(),
  toolCalls: z.array(callSchema).optional(),
  refusal: z.string().optional(),
  finish: z.string().optional(),
  usage: usageSchema.optional(),
  tokens: count.max(1_000_000).optional(),
  model: z.string().optional(),
  id: z.string().optional(),
})

const ruleSchema: z.ZodType<ScriptRule> = z.strictObject({
  match: z.strictObject({ contains: z.string().optional(), model: z.string().optional() }).default({}),
  answer: scriptSchema,
})

export type ParsedScript =
  | { readonly ok: true; readonly rules: readonly ScriptRule[] }
  | { readonly ok: false; readonly message: string }

/**
 * Reads a script file: one JSON object a line (`.jsonl`), or JSON or YAML: a list of rules, one rule, or one bare
 * answer that is given to every request.
 */
export function parseScript(text: string, name: string): ParsedScript {
  const data = name.endsWith('.jsonl') ? parseLines(text) : parseData(text)
  return data.ok ? readRules(data.value) : data
}

/** The same for data that is parsed already. */
export function readRules(value: unknown): ParsedScript {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  const rules: ScriptRule[] = []
  for (const [index, item] of list.entries()) {
    const bare = scriptSchema.safeParse(item)
    if (bare.success) {
      rules.push({ match: {}, answer: bare.data })
      continue
    }
    const rule = ruleSchema.safeParse(item)
    if (!rule.success) return { ok: false, message: `rule ${index + 1}: ${z.prettifyError(rule.error)}` }
    rules.push(rule.data)
  }
  return { ok: true, rules }
}

type Data = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string }

function parseData(text: string): Data {
  try {
    return { ok: true, value: parse(text) }
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error
    return { ok: false, message: error.message }
  }
}

function parseLines(text: string): Data {
  const values: unknown[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    try {
      values.push(JSON.parse(line))
    } catch {
      return { ok: false, message: `line ${index + 1} is no JSON` }
    }
  }
  return { ok: true, value: values }
}

/** The first rule's answer that fits the request. */
export function scriptFor(rules: readonly ScriptRule[], request: ModelRequest): Script | undefined {
  if (rules.length === 0) return undefined
  const said = saidByUser(request.messages)
  const rule = rules.find(
    ({ match }) =>
      (match.contains === undefined || said.includes(match.contains)) &&
      (match.model === undefined || match.model === request.model),
  )
  return rule?.answer
}
