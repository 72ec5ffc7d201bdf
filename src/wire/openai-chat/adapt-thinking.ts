import { isObject, type JsonObject } from '#wire/json.ts'
import { type Change, has, isOwn, type Job, type Rule, without } from '#wire/openai-chat/adapt.ts'
import { callerName } from '#wire/openai-chat/caller-names.ts'
import { REASONING_FIELDS } from '#wire/openai-chat/read-reasoning.ts'
import { type ThinkingRules, thinkingRules } from '#wire/openai-chat/thinking-wish.ts'
import type { Effort, Reasoning } from '#wire/request.ts'
import { asksForNone, budgetOfEffort, effortOfBudget, nearestEffort } from '#wire/shape/effort.ts'
import type { Warning, WarningAction } from '#wire/warning.ts'

/** A wish in the platform's words, and what of it could not be said. */
interface Said {
  readonly set: JsonObject
  readonly action?: WarningAction
  readonly detail?: string
}

/** The fields of each control: a caller who speaks them already is not corrected. */
const NATIVE: Readonly<Record<ThinkingRules['control'], readonly string[]>> = {
  none: [],
  'reasoning-effort': ['reasoning_effort'],
  'thinking-type': ['thinking', 'reasoning_effort'],
  'thinking-adaptive': ['thinking'],
  'enable-thinking': ['enable_thinking', 'thinking_budget'],
  'template-switch': ['chat_template_kwargs'],
  'anthropic-budget': ['thinking'],
  'anthropic-effort': ['thinking', 'output_config'],
}

/** What the caller asked of thinking, in the words of the target. */
export const thinkingRule: Rule = (quirks) => {
  const rules = thinkingRules(quirks)
  return (body, job) => {
    const wish = job.request.reasoning
    return wish === undefined ? undefined : adaptThinking(body, job, { wish, rules })
  }
}

function adaptThinking(
  body: JsonObject,
  job: Job,
  { wish, rules }: { wish: Reasoning; rules: ThinkingRules },
): Change | undefined {
  const sent = REASONING_FIELDS.filter((field) => says(body, field))
  if (sent.length > 0 && isNative(body, sent, rules)) return undefined
  const said = say(body, wish, rules)
  const set: Record<string, unknown> = {}
  for (const field of sent) set[field] = rest(body, field)
  const path = isOwn(job) ? (sent[0] ?? 'reasoning_effort') : callerName(job, 'reasoning_effort')
  return {
    set: { ...set, ...said.set },
    warnings: [...warningsOf({ said, sent, path, job }), ...partsLost(sent, said, job)],
  }
}

/** Of the template's arguments only one is about thinking. */
function says(body: JsonObject, field: string): boolean {
  const value = body[field]
  if (field !== 'chat_template_kwargs') return has(body, field)
  return isObject(value) && has(value, 'enable_thinking')
}

/** What stays of a field whose wish is said otherwise. */
function rest(body: JsonObject, field: string): JsonObject | undefined {
  const value = body[field]
  if (field !== 'chat_template_kwargs' || !isObject(value)) return undefined
  const others = without(value, 'enable_thinking')
  return Object.keys(others).length === 0 ? undefined : others
}

function isNative(body: JsonObject, sent: readonly string[], { control, efforts }: ThinkingRules): boolean {
  if (!sent.every((field) => NATIVE[control].includes(field))) return false
  if (control === 'thinking-adaptive') return !isEnabled(body)
  if (!sent.includes('reasoning_effort')) return true
  const known = Object.values(efforts)
  if (known.length === 0) return control === 'reasoning-effort'
  return known.some((effort) => effort === body['reasoning_effort'])
}

function say(body: JsonObject, wish: Reasoning, rules: ThinkingRules): Said {
  const { control, byDefault } = rules
  if (control === 'reasoning-effort') return sayEffort(wish, rules)
  if (!asksForNone(wish)) return sayOn(body, wish, rules)
  if (control === 'none' && byDefault === 'off') return { set: {} }
  if (control === 'none' || byDefault === 'always') return CANNOT_SWITCH_OFF
  return sayOff(body, control)
}

const CANNOT_SWITCH_OFF: Said = { set: {}, action: 'dropped', detail: 'thinking cannot be switched off' }

type Switch = Exclude<ThinkingRules['control'], 'none' | 'reasoning-effort'>

function sayOff(body: JsonObject, control: Switch): Said {
  switch (control) {
    case 'enable-thinking':
      return { set: { enable_thinking: false } }
    case 'template-switch':
      return { set: { chat_template_kwargs: template(body, false) } }
    case 'thinking-type':
    case 'thinking-adaptive':
    case 'anthropic-budget':
    case 'anthropic-effort':
      return { set: { thinking: { type: 'disabled' } } }
  }
}

function sayOn(body: JsonObject, wish: Reasoning, rules: ThinkingRules): Said {
  switch (rules.control) {
    case 'none':
      return { set: {}, action: 'dropped', detail: 'the target cannot be told how to think' }
    case 'reasoning-effort':
      return sayEffort(wish, rules)
    case 'thinking-type':
      return sayType(body, wish, rules)
    case 'thinking-adaptive':
      return sayAdaptive(body, wish)
    case 'enable-thinking':
      return sayBudget(wish)
    case 'template-switch': {
      const set = { chat_template_kwargs: template(body, true) }
      return degreeOf(wish) === undefined ? { set } : { set, ...NO_DEGREE }
    }
    case 'anthropic-budget':
    case 'anthropic-effort':
      return sayAnthropic(wish, rules)
  }
}

const NO_DEGREE = { action: 'approximated', detail: 'thinking is on, in no degree' } as const

function template(body: JsonObject, on: boolean): JsonObject {
  const given = body['chat_template_kwargs']
  return { ...(isObject(given) ? given : {}), enable_thinking: on }
}

/** The degree that was asked for; a switch alone has none. */
function degreeOf({ effort, budgetTokens }: Reasoning): Effort | undefined {
  if (effort !== undefined && effort !== 'none') return effort
  return budgetTokens === undefined ? undefined : effortOfBudget(budgetTokens)
}

/** An effort in the platform's words, with what became of the wish. A platform without a table takes ours. */
function effortWord(wish: Reasoning, degree: Effort, { efforts }: ThinkingRules): { word: string } & Omit<Said, 'set'> {
  const nearest = Object.keys(efforts).length === 0 ? degree : (nearestEffort(degree, efforts) ?? degree)
  const word = efforts[nearest] ?? nearest
  const asked = wish.effort === undefined ? `${wish.budgetTokens ?? 'on'} tokens` : wish.effort
  const detail = `${asked} → ${word}`
  if (wish.effort === undefined || nearest !== degree) return { word, action: 'approximated', detail }
  return word === degree ? { word } : { word, action: 'renamed', detail }
}

function sayEffort(wish: Reasoning, rules: ThinkingRules): Said {
  const { efforts, byDefault } = rules
  const given = Object.keys(efforts).length > 0
  if (asksForNone(wish)) {
    const none = given ? efforts.none : 'none'
    if (none !== undefined) return { set: { reasoning_effort: none } }
    if (byDefault === 'off') return { set: {} }
    const lowest = nearestEffort('minimal', efforts)
    const word = lowest === undefined ? undefined : efforts[lowest]
    if (word === undefined) return CANNOT_SWITCH_OFF
    return { set: { reasoning_effort: word }, action: 'approximated', detail: `none → ${word}` }
  }
  const degree = degreeOf(wish)
  if (degree === undefined) {
    if (byDefault !== 'off') return { set: {} }
    return { set: { reasoning_effort: effortWord({ effort: 'medium' }, 'medium', rules).word } }
  }
  const { word, ...more } = effortWord(wish, degree, rules)
  return { set: { reasoning_effort: word }, ...more }
}

function sayType(body: JsonObject, wish: Reasoning, rules: ThinkingRules): Said {
  // The caller's own switch, with whatever else is in it.
  const thinking = isObject(body['thinking']) ? body['thinking'] : { type: 'enabled' }
  const degree = degreeOf(wish)
  if (degree === undefined) return { set: { thinking } }
  if (Object.keys(rules.efforts).length === 0) {
    return { set: { thinking }, ...NO_DEGREE }
  }
  const { word, ...more } = effortWord(wish, degree, rules)
  return { set: { thinking, reasoning_effort: word }, ...more }
}

function sayAdaptive(body: JsonObject, wish: Reasoning): Said {
  const set = { thinking: { type: 'adaptive' } }
  if (degreeOf(wish) !== undefined) return { set, ...NO_DEGREE }
  return isEnabled(body) ? { set, action: 'renamed', detail: 'enabled → adaptive' } : { set }
}

function isEnabled({ thinking }: JsonObject): boolean {
  return isObject(thinking) && thinking['type'] === 'enabled'
}

/** SiliconFlow takes 128 to 32768, and its default is 4096; DashScope takes the model's own most, which is more. */
const MOST_BUDGET = 32_768

function sayBudget({ effort, budgetTokens }: Reasoning): Said {
  const set = { enable_thinking: true }
  if (budgetTokens !== undefined) return { set: { ...set, thinking_budget: budgetTokens } }
  if (effort === undefined || effort === 'none') return { set }
  const budget = Math.min(budgetOfEffort(effort), MOST_BUDGET)
  const detail = `${effort} → ${budget} tokens of thinking`
  return { set: { ...set, thinking_budget: budget }, action: 'approximated', detail }
}

/** Anthropic's endpoint in OpenAI's format takes Anthropic's switch. */
function sayAnthropic(wish: Reasoning, rules: ThinkingRules): Said {
  const degree = degreeOf(wish)
  if (rules.control === 'anthropic-budget') {
    const budget = wish.budgetTokens ?? budgetOfEffort(degree ?? 'medium')
    const set = { thinking: { type: 'enabled', budget_tokens: Math.max(1024, budget) } }
    return wish.budgetTokens === undefined && degree !== undefined
      ? { set, action: 'approximated', detail: `${degree} → ${budget} tokens of thinking` }
      : { set }
  }
  const thinking = { type: 'adaptive' }
  if (degree === undefined) return { set: { thinking } }
  const { word, ...more } = effortWord(wish, degree, rules)
  return { set: { thinking, output_config: { effort: word } }, ...more }
}

/** Members of a field that was replaced which nobody read (`reasoning.exclude`). */
function partsLost(sent: readonly string[], said: Said, job: Job): Warning[] {
  if (!isOwn(job)) return []
  const gone = sent.filter((field) => field !== 'chat_template_kwargs' && !has(said.set, field))
  return job.request.unread
    .filter((path) => gone.some((field) => path.startsWith(`${field}.`)))
    .map((path) => ({ action: 'dropped', path }))
}

function warningsOf(at: { said: Said; sent: readonly string[]; path: string; job: Job }): readonly Warning[] {
  const { said, sent, path, job } = at
  const detail = said.detail === undefined ? {} : { detail: said.detail }
  if (said.action === 'dropped') {
    const paths = isOwn(job) && sent.length > 0 ? sent : [path]
    return paths.map((field): Warning => ({ action: 'dropped', path: field, ...detail }))
  }
  if (said.action !== undefined) return [{ action: said.action, path, ...detail }]
  const names = Object.keys(said.set)
  const moved = sent.filter((field) => !names.includes(field))
  if (names.length === 0) return []
  return moved.map((field) => ({ action: 'renamed', path: field, detail: `sent as ${names.join(', ')}` }))
}
