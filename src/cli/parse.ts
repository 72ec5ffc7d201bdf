import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import { nearest } from '#catalog/nearest.ts'
import { type Command, COMMON_OPTIONS, type Given, type Option, WrongUsage } from '#cli/command.ts'

/** The first word that is no option or an option's value, and the rest of the line without it. */
export interface Split {
  readonly name: string | undefined
  readonly rest: readonly string[]
}

/** Finds the command's name; common options may stand before it. */
export function splitCommand(line: readonly string[]): Split {
  const { tokens } = parseArgs({ args: [...line], options: configOf(COMMON_OPTIONS), strict: false, tokens: true })
  const first = tokens.find((token) => token.kind === 'positional')
  if (first === undefined) return { name: undefined, rest: line }
  return { name: first.value, rest: line.toSpliced(first.index, 1) }
}

/** What a line says, held against what the command takes. Throws `WrongUsage` with the nearest name. */
export function readLine(
  line: readonly string[],
  command: Pick<Command, 'options' | 'most'> | undefined,
): { readonly words: readonly string[]; readonly options: Given } {
  const options = [...(command?.options ?? []), ...COMMON_OPTIONS]
  const { tokens } = parseArgs({ args: [...line], options: configOf(options), strict: false, tokens: true })
  const values = new Map<string, string[]>()
  const words: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value)
    if (token.kind === 'option') readOption(values, token, options)
  }
  const most = command?.most ?? 0
  if (words.length > most) throw new WrongUsage(`"${words[most]}" is one word too many`)
  return { words, options: given(values) }
}

interface Token {
  readonly name: string
  readonly rawName: string
  readonly value: string | undefined
}

function readOption(values: Map<string, string[]>, token: Token, options: readonly Option[]): void {
  const option = options.find(({ name }) => name === token.name)
  if (option === undefined) throw new WrongUsage(unknownOption(token, options))
  const { name, kind } = option
  const before = values.get(name) ?? []
  if (kind === 'flag') {
    if (token.value !== undefined) throw new WrongUsage(`--${name} takes no value`)
    values.set(name, [])
    return
  }
  if (token.value === undefined || token.value === '')
    throw new WrongUsage(`--${name} needs ${option.value ?? 'a value'}`)
  if (kind === 'text' && before.length > 0) throw new WrongUsage(`--${name} stands twice`)
  values.set(name, [...before, token.value])
}

function unknownOption({ name, rawName }: Token, options: readonly Option[]): string {
  const [near] = nearest(
    name,
    options.map((option) => option.name),
    1,
  )
  return `no option is called ${rawName}${near === undefined ? '' : `; did you mean --${near}?`}`
}

function given(values: ReadonlyMap<string, readonly string[]>): Given {
  return {
    flag: (name) => values.has(name),
    text: (name) => values.get(name)?.[0],
    list: (name) => values.get(name) ?? [],
  }
}

/** `-h` is the one short option that everybody tries. */
function configOf(options: readonly Option[]): ParseArgsOptionsConfig {
  return Object.fromEntries(
    options.map(({ name, kind }) => [
      name,
      {
        type: kind === 'flag' ? ('boolean' as const) : ('string' as const),
        multiple: true,
        ...(name === 'help' ? { short: 'h' } : {}),
      },
    ]),
  )
}
