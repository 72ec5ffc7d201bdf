import { isObject, type JsonObject } from '#wire/json.ts'
import { blockOf, type Choice, emit, leave, type Step } from '#wire/openai-chat/read-blocks.ts'

/**
 * `reasoning_details` of a delta or a message, OpenRouter's form: texts, summaries, signatures and encrypted blocks,
 * told apart by `index`. `plain` is the text beside them, used where the details have none.
 */
export function readReasoningDetails(
  step: Step,
  choice: Choice,
  { details, plain }: { details: readonly unknown[]; plain: string },
): void {
  const entries = details.filter(isObject)
  if (plain !== '' && entries.every((entry) => textOf(entry) === '')) addText(step, choice, { text: plain })
  for (const entry of entries) {
    const text = textOf(entry)
    const index = entry['index']
    if (text !== '') addText(step, choice, { text, ...(typeof index === 'number' ? { index } : {}) })
    const { signature } = entry
    if (isSaid(signature)) seal(step, choice, { entry, signature })
    if (isSaid(entry['data'])) redact(step, choice, entry['data'])
  }
}

function textOf(entry: JsonObject): string {
  const text = entry['text'] ?? entry['summary']
  return typeof text === 'string' ? text : ''
}

function isSaid(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function addText(step: Step, choice: Choice, { text, index }: { text: string; index?: number }): void {
  const { open } = choice
  const another = open?.detail !== undefined && index !== undefined && open.detail !== index
  if (open?.kind === 'reasoning' && (another || open.sealed === true)) leave(step, choice)
  const block = blockOf(step, choice, 'reasoning')
  if (index !== undefined) block.detail ??= index
  emit(step, choice, { type: 'reasoning-delta', block: block.block, text })
}

/**
 * A signature seals the open reasoning. One that comes when another block is open stands alone, and so does one whose
 * entry says that its own text is empty: it seals what follows.
 */
function seal(step: Step, choice: Choice, { entry, signature }: { entry: JsonObject; signature: string }): void {
  const { open } = choice
  const alone = entry['text'] === '' && (open?.detail === undefined || open.detail !== entry['index'])
  if (open?.sealed === true || alone) leave(step, choice)
  const block = blockOf(step, choice, 'reasoning')
  block.sealed = true
  emit(step, choice, { type: 'reasoning-signature', block: block.block, signature, sealedBy: 'openai-chat' })
}

function redact(step: Step, choice: Choice, data: string): void {
  leave(step, choice)
  const block = choice.blocks++
  emit(step, choice, { type: 'reasoning-redacted', block, data, sealedBy: 'openai-chat' })
  emit(step, choice, { type: 'block-end', block })
}
