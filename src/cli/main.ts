import { readFileSync } from 'node:fs'
import { nearest } from '#catalog/nearest.ts'
import { CannotRun, type Command, type Context, type ExitCode, WrongUsage } from '#cli/command.ts'
import { COMMANDS, type Listed } from '#cli/commands.ts'
import { commandHelp, generalHelp } from '#cli/help.ts'
import { type Language, languageOf, LANGUAGES, say } from '#cli/language.ts'
import { readLine, splitCommand } from '#cli/parse.ts'

/** What a command's world has before the line is read. */
export type World = Omit<Context, 'words' | 'options' | 'language'>

/** Runs one line, `argv` without the program's own name. Never throws: what goes wrong is on stderr and in the code. */
export async function main(line: readonly string[], world: World): Promise<ExitCode> {
  let language = languageOf(world.env)
  try {
    const { name, rest } = splitCommand(line)
    language = wishedLanguage(line) ?? language
    return await dispatch({ name, rest, language }, world)
  } catch (error) {
    return told(error, { world, language })
  }
}

interface Line {
  readonly name: string | undefined
  readonly rest: readonly string[]
  readonly language: Language
}

async function dispatch({ name, rest, language }: Line, world: World): Promise<ExitCode> {
  const { stdout, columns } = world
  if (name === undefined || name === 'help') {
    const { words, options } = readLine(rest, { options: [], most: name === 'help' ? 1 : 0 })
    const [about] = words
    if (options.flag('version')) return printed(world, `${version()}\n`)
    if (about !== undefined) return printed(world, commandHelp(await find(about), { language, columns }))
    const all = await Promise.all(COMMANDS.map(({ load }) => load()))
    const help = generalHelp(all, { language, columns })
    if (name === 'help' || options.flag('help')) return printed(world, help)
    world.stderr.write(help)
    return 2
  }
  const command = await find(name)
  if (rest.includes('--help') || rest.includes('-h')) return printed(world, commandHelp(command, { language, columns }))
  const { words, options } = readLine(rest, command)
  if (options.flag('version')) return printed(world, `${version()}\n`)
  return command.run({ ...world, stdout, words, options, language })
}

function printed({ stdout }: World, text: string): ExitCode {
  stdout.write(text)
  return 0
}

async function find(name: string): Promise<Command> {
  const listed: Listed | undefined = COMMANDS.find((each) => each.name === name)
  if (listed !== undefined) return listed.load()
  const names = COMMANDS.map((each) => each.name)
  const [near] = nearest(name, names, 1)
  throw new WrongUsage(
    `no command is called "${name}"; ${near === undefined ? `there are ${names.join(', ')}` : `did you mean ${near}?`}`,
  )
}

/** `--lang` counts for error messages too, so it is looked for before the line is read in full. */
function wishedLanguage(line: readonly string[]): Language | undefined {
  const place = line.findIndex((word) => word === '--lang' || word.startsWith('--lang='))
  if (place < 0) return undefined
  const text = line[place]?.startsWith('--lang=') === true ? line[place].slice('--lang='.length) : line[place + 1]
  const language = LANGUAGES.find((each) => each === text)
  if (language === undefined) throw new WrongUsage(`--lang must be one of ${LANGUAGES.join(', ')}`)
  return language
}

function told(error: unknown, { world, language }: { world: World; language: Language }): ExitCode {
  const { stderr, env } = world
  const message = error instanceof Error ? error.message : String(error)
  stderr.write(`tongwen: ${message}\n`)
  if (error instanceof WrongUsage) {
    stderr.write(`${say(language, 'see-help')}\n`)
    return 2
  }
  if (error instanceof CannotRun || env['TONGWEN_DEBUG'] === undefined) return 3
  if (error instanceof Error) stderr.write(`${error.stack ?? ''}\n`)
  return 3
}

/** The package's version; `package.json` lies two folders up from here and from the built file alike. */
export function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const found: unknown = JSON.parse(text)
  const held = typeof found === 'object' && found !== null && 'version' in found ? found.version : undefined
  return String(held)
}
