import { refusal } from '#engine/reply.ts'
import { anthropicMessages } from '#wire/anthropic-messages/index.ts'
import type { Dialect } from '#wire/dialect.ts'
import { failure, type Failure, type FailureKind, FAILURES } from '#wire/failure.ts'
import { openaiChat } from '#wire/openai-chat/index.ts'
import { codes, page, table } from './markdown.ts'

/** What each kind means to whoever reads the answer; the compiler sees to it that none is missing. */
const MEANINGS: Readonly<Record<FailureKind, string>> = {
  'invalid-request':
    'A malformed body or a wrong field, found by us or by the platform; `param` names the field. Also a feature that would change the answer if it were left out.',
  'context-length': 'The platform says that the input is too long for the model.',
  'content-filter': "The platform's filter refused the request.",
  strict:
    '`x-tongwen-strict: true` was sent, and every target would lose something; or every target would need what `x-tongwen-refuse`, or `refuse` in the configuration, rules out. `param` names the first field; the message lists all, and the switch.',
  authentication: 'No key, an unknown one, or a revoked one.',
  permission: 'The key may not use this model, or needs the admin role.',
  'not-found': 'No such model, route, path, request or platform; the message names the nearest.',
  'too-large': 'The body is larger than `server.limits.body`.',
  'slow-caller': 'The body did not arrive within `server.limits.bodyTime`.',
  'rate-limit': "The key's own limit, or the platform's with nobody else to ask.",
  budget: 'The request may cost more than the budget has left, has no price, or is billed in another currency.',
  upstream: 'The platform failed, or could not be reached.',
  cut: 'The answer broke off before its end.',
  malformed: 'The platform sent what is no answer: HTML, half a JSON, an event beyond `server.limits.frame`.',
  credentials: "The platform refused the provider's key.",
  quota: "The provider's account has no money or no quota left.",
  overloaded: 'The platform says that it has too much to do.',
  'no-target': 'Several targets were tried and failed for different reasons; the message says why for each.',
  draining: 'This gateway is shutting down.',
  timeout: "The platform was silent longer than the provider's timeouts allow.",
  internal: 'A fault of the gateway. Also books that cannot be written: then nothing was sent to a platform.',
}

/** Narrower codes than the kind's own, and when they are used. */
export const NARROWER: Readonly<Record<string, readonly [kind: FailureKind, meaning: string]>> = {
  model_not_allowed: ['permission', "The key's `models` do not match the name."],
  admin_only: ['permission', 'This part of the admin API needs an admin key.'],
  declared_in_file: ['permission', 'The key is declared in the configuration file and read-only elsewhere.'],
  model_without_price: ['budget', 'The model has no price in the catalog, so a budget cannot be kept.'],
  budget_currency: ['budget', 'The model is billed in another currency than the budget.'],
  operation_not_supported: ['not-found', 'No target of this name embeds, ranks or judges; nobody was asked.'],
  json_schema_invalid: [
    'malformed',
    'A model without structured output was told the schema in words, and did not keep to it twice. The next target is asked.',
  ],
  vector_space_mismatch: [
    'invalid-request',
    'The route leads to embedding models whose vectors cannot be compared, or bears the name of another one; the operator has to mend it.',
  ],
  previous_response_not_found: [
    'invalid-request',
    'No answer of this key has that id, it was deleted, or it is older than `memory.responses`.',
  ],
  response_not_found: ['not-found', 'The same, where the answer itself is asked for.'],
  path_not_found: ['not-found', 'Nothing is served at this path.'],
  method_not_allowed: ['not-found', 'The path is served, by another method.'],
  request_not_found: ['not-found', 'No request of this key has that id.'],
  platform_not_found: ['not-found', 'The catalog has no such platform.'],
  group_not_found: [
    'not-found',
    'No team or organisation of the store has that name (a key whose team is gone: `permission`).',
  ],
  in_use: ['invalid-request', 'Keys or teams belong to it: move them first.'],
  key_not_found: ['not-found', 'No key has that id or name (as a filter of usage: `invalid-request`).'],
  name_taken: ['invalid-request', 'A key of that name exists.'],
  store_failed: ['internal', 'The store refused or failed.'],
}

/** The text of `docs/reference/errors.md`, from the table and the writers that make the answers. */
export function errorReference(): string {
  const kinds = Object.keys(FAILURES) as FailureKind[]
  return page(
    '# Error reference',
    '<!-- Generated from src/wire/failure.ts: run `UPDATE=1 npx vitest run test/reference.test.ts` to write it anew. -->',
    'An error comes in the words of the dialect that the caller speaks. In OpenAI\'s form it is `{"error":{"message","type","param","code"}}`, in Anthropic\'s `{"type":"error","error":{"type","message"},"request_id"}` with `param` and `code` beside the type. Where a platform was asked, its own words ride along as `error.provider` = `{platform,status,code,message}`, with secrets removed. The official SDKs raise their own error class for each status.',
    table(
      ['kind', 'status', 'OpenAI `type`', 'Anthropic `type`', '`code`', 'meaning', 'who acts'],
      kinds.map((kind) => {
        const [status, type, code, blame] = FAILURES[kind]
        return [kind, String(status), `\`${type}\``, `\`${anthropicType(kind)}\``, codeOf(code), MEANINGS[kind], blame]
      }),
    ),
    '## May it be tried again?',
    'Within the gateway: a failure that says yes lets a route try its next target; one that says no ends the request at once. Towards the caller: the SDKs retry by status on their own, so the answer carries the hint in the last column. A platform that names its own waiting time overrides the default of one second.',
    table(
      ['kind', 'next target', 'may have cost money', 'hints to the caller'],
      kinds.map((kind) => {
        const { retryable, mayHaveCost } = failure(kind, '')
        return [kind, retryable ? 'yes' : 'no', mayHaveCost ? 'yes' : 'no', hintsOf(kind)]
      }),
    ),
    'A strict refusal is about one target only, so a route goes on to its next. `invalid-request`, `context-length`, `content-filter` and `not-found` end the request even where it was a platform that said so: they are about the request.',
    '## Narrower codes',
    table(
      ['`code`', 'kind', 'meaning'],
      Object.entries(NARROWER).map(([code, [kind, meaning]]) => [`\`${code}\``, kind, meaning]),
    ),
    'Beside these, `POST /api/reload` answers 422 with `invalid_configuration` and a list of `problems`.',
    '## After the first byte',
    'Once a stream has begun the status is sent, so an error is an event in the caller\'s dialect, and the last one: `data: {"error":…}` without `[DONE]` on OpenAI chat, `event: error` on Anthropic messages. A stream that broke off never looks complete.',
    '```text\n' + exampleOf(openaiChat) + '\n```',
    '```text\n' + exampleOf(anthropicMessages) + '\n```',
  )
}

function codeOf(code: string | undefined): string {
  return codes(code === undefined ? [] : [code])
}

function anthropicType(kind: FailureKind): string {
  const { error } = JSON.parse(anthropicMessages.writeFailure(failure(kind, ''), 'req_1').body)
  return error.type
}

/** The headers of a real refusal. */
function hintsOf(kind: FailureKind): string {
  const trace = { ...EMPTY_TRACE, steps: [], attempts: [], warnings: [] }
  const { headers } = refusal(failure(kind, ''), { dialect: openaiChat, trace })
  const shown = ['retry-after', 'x-should-retry'].flatMap((name) =>
    headers[name] === undefined ? [] : [`${name}: ${headers[name]}`],
  )
  return codes(shown)
}

const EMPTY_TRACE = {
  id: 'req_1',
  keyId: '',
  keyName: '',
  at: 0,
  dialect: '',
  operation: '',
  model: '',
  stream: false,
  tags: {},
}

const CUT: Failure = failure('timeout', 'the platform was silent for 120000 ms in the middle of its answer')

/** What a caller reads when its stream breaks. */
function exampleOf({ writeEvents }: Dialect): string {
  const context = { requestId: 'req_1', now: 0, model: 'm', native: false, streamUsage: false, usageAdded: false }
  const state = writeEvents.start(context)
  const frames = writeEvents.step(state, [{ type: 'failure', failure: CUT }])
  return frames
    .map(({ event, data }) => (event === undefined ? '' : `event: ${event}\n`) + `data: ${data}`)
    .join('\n\n')
}
