import { type Command, COMMON_OPTIONS, type Context, type Option } from '#cli/command.ts'
import { type Language, say } from '#cli/language.ts'
import { table } from '#cli/table.ts'

type View = Pick<Context, 'language' | 'columns'>

/** What `tongwen --help` prints. */
export function generalHelp(commands: readonly Command[], { language, columns }: View): string {
  const rows = commands.map(({ name, summary }) => [name, summary[language]])
  return [
    `Tongwen 同文: ${say(language, 'about')}\n`,
    `${say(language, 'usage')}: tongwen <${say(language, 'command')}> [${say(language, 'options')}]\n`,
    `${say(language, 'commands')}\n${table({ rows, columns, flexible: [1], indent: 2 })}`,
    `${say(language, 'common-options')}\n${optionTable(COMMON_OPTIONS, { language, columns })}`,
    `${say(language, 'exit-codes')}\n`,
    `${say(language, 'example')}: tongwen serve\n`,
  ].join('\n')
}

/** What `tongwen <command> --help` prints. */
export function commandHelp(command: Command, view: View): string {
  const { language } = view
  const { summary, usage, options, example } = command
  const own = options.length === 0 ? [] : [`${say(language, 'options-heading')}\n${optionTable(options, view)}`]
  return [
    `${summary[language]}\n`,
    `${say(language, 'usage')}: tongwen ${usage}\n`,
    ...own,
    `${say(language, 'common-options')}\n${optionTable(COMMON_OPTIONS, view)}`,
    `${say(language, 'example')}: ${example}\n`,
  ].join('\n')
}

function optionTable(options: readonly Option[], { language, columns }: View): string {
  const rows = options.map((option) => [optionForm(option), option.about[language]])
  return table({ rows, columns, flexible: [1], indent: 2 })
}

/** `--config FILE`, `--json`, `--tag NAME=VALUE …`. */
export function optionForm({ name, kind, value = 'VALUE' }: Option): string {
  if (kind === 'flag') return `--${name}`
  return `--${name} ${value}${kind === 'list' ? ' …' : ''}`
}

/** The text of `docs/reference/cli.md`. */
export function cliReference(commands: readonly Command[], language: Language): string {
  return [
    '# Command line\n',
    '<!-- Generated from src/cli: run `UPDATE=1 npx vitest run src/cli` to write it anew. -->\n',
    `Installed: \`npx tongwen <command>\`. In a checkout: \`npm run -s tongwen -- <command>\`. ${say(language, 'exit-codes')}\n`,
    '## Common options\n',
    optionRows(COMMON_OPTIONS, language),
    ...commands.flatMap((command) => commandSection(command, language)),
  ].join('\n')
}

function commandSection({ name, summary, usage, options, example }: Command, language: Language): string[] {
  return [
    `## ${name}\n`,
    `${summary[language]}\n`,
    `\`\`\`sh\ntongwen ${usage}\n\`\`\`\n`,
    ...(options.length === 0 ? [] : [optionRows(options, language)]),
    `Example:\n\n\`\`\`sh\n${example}\n\`\`\`\n`,
  ]
}

function optionRows(options: readonly Option[], language: Language): string {
  const rows = options.map((option) => `| \`${cell(optionForm(option))}\` | ${cell(option.about[language])} |`)
  return ['| option | meaning |', '|---|---|', ...rows, ''].join('\n')
}

function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`)
}
