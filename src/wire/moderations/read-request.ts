import { isObject, type JsonObject } from '#wire/json.ts'
import type { ModerationInput, ModerationPart, ModerationRequest } from '#wire/moderations/request.ts'
import type { Source } from '#wire/request.ts'
import { optionalText, requiredObject, requiredText, unreadKeys, WrongField } from '#wire/shape/field.ts'
import { mediaOfUrl } from '#wire/shape/media-url.ts'

const KNOWN: ReadonlySet<string> = new Set(['model', 'input'])

/** What OpenAI takes where no model is named. */
const DEFAULT_MODEL = 'omni-moderation-latest'

/** Reads OpenAI's `/moderations`. Throws a `WrongField` for a value that it cannot be. */
export function readModerationRequest(source: Source): ModerationRequest {
  const { json, outside } = source
  const named = outside?.model ?? optionalText(json, 'model')
  const defaulted = named === undefined || named === ''
  return {
    source,
    model: defaulted ? DEFAULT_MODEL : named,
    defaulted,
    ...readInputs(json['input']),
    unread: unreadKeys(json, KNOWN, ''),
  }
}

function readInputs(value: unknown): Pick<ModerationRequest, 'inputs' | 'joined'> {
  if (typeof value === 'string') return { inputs: [textInput(value, 'input')], joined: false }
  if (!Array.isArray(value)) throw new WrongField('input', 'a text, or a list of texts or typed parts', value)
  const list: readonly unknown[] = value
  if (list.length === 0) throw new WrongField('input', 'at least one input', value)
  if (isObject(list[0])) return { inputs: [{ parts: list.map(readPart), path: 'input' }], joined: true }
  const inputs = list.map((each, i) => {
    if (typeof each !== 'string') throw new WrongField(`input.${i}`, 'a text', each)
    return textInput(each, `input.${i}`)
  })
  return { inputs, joined: false }
}

function textInput(text: string, path: string): ModerationInput {
  return { parts: [{ kind: 'text', text }], path }
}

function readPart(value: unknown, place: number): ModerationPart {
  const path = `input.${place}`
  if (!isObject(value)) throw new WrongField(path, 'a typed part', value)
  return readTyped(value, path)
}

function readTyped(value: JsonObject, path: string): ModerationPart {
  const type = requiredText(value, 'type', path)
  if (type === 'text') return { kind: 'text', text: requiredText(value, 'text', path) }
  if (type !== 'image_url') throw new WrongField(`${path}.type`, '"text" or "image_url"', type)
  const image = requiredObject(value, 'image_url', path)
  return { kind: 'image', source: mediaOfUrl(requiredText(image, 'url', `${path}.image_url`)) }
}
