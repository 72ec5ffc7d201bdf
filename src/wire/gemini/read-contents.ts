import type { Part } from '#wire/part.ts'
import type { Message } from '#wire/request.ts'
import { at, optionalText, WrongField } from '#wire/shape/field.ts'
import { callerPath, type Element, elementsOf, openObject, type Reading } from '#wire/gemini/proto.ts'
import { type Calls, callsOf } from '#wire/gemini/read-calls.ts'
import { readParts } from '#wire/gemini/read-parts.ts'

const CONTENT: ReadonlySet<string> = new Set(['role', 'parts'])

/** A turn as it is read: its parts and whose it is. */
interface Turn {
  readonly role: 'user' | 'assistant'
  readonly parts: readonly Part[]
}

/** `contents` as messages; results of functions become messages of their own, before what else the user says. */
export function readContents(reading: Reading, elements: readonly Element[]): Message[] {
  const calls = callsOf()
  return elements.flatMap((element) => {
    const { role, parts } = readTurn(reading, calls, element)
    const path = callerPath(reading, element.path)
    const results = parts.filter((part) => part.kind === 'tool-result')
    const rest = results.length === 0 ? parts : parts.filter((part) => part.kind !== 'tool-result')
    const told: Message[] = results.length === 0 ? [] : [{ role: 'tool', parts: results, path }]
    const said: Message[] = rest.length === 0 ? [] : [{ role, parts: rest, path }]
    return role === 'user' ? [...told, ...said] : [...said, ...told]
  })
}

/** `systemInstruction`: a content whose role says nothing. */
export function readSystem(reading: Reading, value: unknown): Message[] {
  if (value === undefined || value === null) return []
  const { parts } = readTurn(reading, callsOf(), { value, path: 'systemInstruction' })
  return parts.length === 0 ? [] : [{ role: 'system', parts, path: callerPath(reading, 'systemInstruction') }]
}

function readTurn(reading: Reading, calls: Calls, { value, path }: Element): Turn {
  const content = openObject(reading, value, { path, known: CONTENT })
  const role = optionalText(content, 'role', path) ?? 'user'
  return { role: roleOf(role, path), parts: readParts({ reading, calls }, elementsOf(content, 'parts', path)) }
}

function roleOf(role: string, path: string): Turn['role'] {
  switch (role.toLowerCase()) {
    case 'model':
      return 'assistant'
    case '':
    case 'user':
    // Results of functions; `tool` is what some clients make of it. Instructions may carry `system`.
    case 'function':
    case 'tool':
      return 'user'
    case 'system':
      if (path === 'systemInstruction') return 'user'
      break
    default:
  }
  throw new WrongField(at(path, 'role'), '"user", "model" or "function"', role)
}
