import { alternatives, jsonSchema } from '#engine/config/issues.ts'
import { overlaySchema } from '#engine/config/overlay-schema.ts'
import { isObject, type JsonObject } from '#wire/json.ts'

/** The text of `docs/reference/configuration.md`, made from the schema that reads the file. */
export function configReference(): string {
  const own = sections(jsonSchema(), { path: '', title: 'Top level' })
  const overlay = sections(jsonSchema(overlaySchema), { path: '', title: 'Catalog overlay' })
  return `${[INTRODUCTION, ...own, withIntroduction(overlay)].join('\n\n')}\n`
}

/** The heading stays in front. */
function withIntroduction([heading = '', ...rest]: readonly string[]): string {
  return [heading, OVERLAY, ...rest].join('\n\n')
}

const OVERLAY =
  'The file that `catalog` names, or `--catalog` on the command line. What it means and how it is laid over the catalog: [compare and keep the catalog fresh](../guides/compare-and-refresh.md#correct-it-yourself). Every row needs `source` and `asOf`, its own or those at the top.'

const INTRODUCTION = `# Configuration reference

<!-- Generated from src/engine/config/schema.ts: run the tests of that folder with UPDATE=1 to write it anew. -->

One YAML 1.2 or JSON file. Without one, the defaults below hold, and every platform whose key is in the environment is a provider under the platform's name.

- **Variables.** \`\${NAME}\` inside a text value reads the environment after the file was parsed, so a variable's content is never structure. A variable that is missing or empty is a problem. \`$\${\` is a literal \`\${\`.
- **Durations** take a unit: \`500ms\`, \`5s\`, \`2m\`, \`1h30m\`, where something is kept \`30d\`, too. **Sizes** too: \`10MB\` (1000), \`512KiB\` (1024).
- **Secrets** are keys; \`tongwen check\` shows them as \`sk-…abcd\`.
- Unknown keys are problems. All problems are told at once, each with its line.
- A section that is there but empty counts as absent.
- A provider named \`simulator\` is always there, unless the file declares one of that name.`

interface Heading {
  readonly path: string
  readonly title: string
}

/** A table for the object itself, then one for each object inside it. */
function sections(schema: JsonObject, { path, title }: Heading): string[] {
  const properties = isObject(schema['properties']) ? schema['properties'] : {}
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  const rows: string[] = []
  const inner: string[] = []
  for (const [key, child] of Object.entries(properties)) {
    if (!isObject(child)) continue
    rows.push(row(key, child, required.includes(key)))
    const below = insideOf(child, path === '' ? key : `${path}.${key}`)
    if (below !== undefined) inner.push(...sections(below.schema, { path: below.path, title: `\`${below.path}\`` }))
  }
  const table = ['| key | value | default | meaning |', '|---|---|---|---|', ...rows].join('\n')
  return [`## ${title}`, table, ...inner]
}

/** The object that a value is, or holds under names or in a list; objects that are one of several forms are told in the row. */
function insideOf(schema: JsonObject, path: string): { schema: JsonObject; path: string } | undefined {
  if (schema['form'] !== undefined) return undefined
  if (isObject(schema['properties'])) return { schema, path }
  const named = schema['additionalProperties']
  if (isObject(named) && isObject(named['properties'])) return { schema: named, path: `${path}.<name>` }
  const items = schema['items']
  if (isObject(items) && isObject(items['properties'])) return { schema: items, path: `${path}[]` }
  return undefined
}

function row(key: string, schema: JsonObject, required: boolean): string {
  const cells = [`\`${key}\``, formOf(schema), required ? 'required' : defaultOf(schema['default'])]
  return `| ${[...cells, textOf(schema['description'])].map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`
}

function defaultOf(value: unknown): string {
  if (value === undefined || (isObject(value) && Object.keys(value).length === 0)) return ''
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``
}

function formOf(schema: JsonObject): string {
  const form = schema['form']
  if (typeof form === 'string') return form
  const words = schema['enum']
  if (Array.isArray(words)) return words.map((word) => `\`${String(word)}\``).join(' | ')
  if (schema['anyOf'] !== undefined) return alternatives(schema).map(formOf).join(' | ')
  if (isObject(schema['not'])) return 'nothing'
  switch (schema['type']) {
    case 'array':
      return isObject(schema['items']) ? `list of: ${formOf(schema['items'])}` : 'list'
    case 'object':
      return schema['properties'] === undefined ? `name: ${formOf(valuesOf(schema))}` : 'see below'
    case 'string':
      return 'text'
    case 'boolean':
      return '`true` | `false`'
    default:
      return textOf(schema['type'])
  }
}

function valuesOf(schema: JsonObject): JsonObject {
  return isObject(schema['additionalProperties']) ? schema['additionalProperties'] : {}
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
