import type { Language, Words } from '#cli/language.ts'

/** 0 done · 1 the answer is no · 2 wrong usage · 3 could not run. */
export type ExitCode = 0 | 1 | 2 | 3

/** One option. `text` takes a value; `list` takes one each time it stands there; `flag` takes none. */
export interface Option {
  /** Without dashes: `config`. */
  readonly name: string
  readonly kind: 'flag' | 'text' | 'list'
  /** What the help shows for the value: `FILE`. */
  readonly value?: string
  readonly about: Words
}

/** One command. Its file holds nothing else that is public; heavy rooms are imported inside `run`. */
export interface Command {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: Words
  /** What follows `tongwen`: `price <platform/model> [options]`. */
  readonly usage: string
  /** A line that works when pasted, without the prompt. */
  readonly example: string
  /** Its own; the common ones (`COMMON_OPTIONS`) are always there. */
  readonly options: readonly Option[]
  /** Most words taken beside options; absent = none. */
  readonly most?: number
  run(context: Context): Promise<ExitCode>
}

/** Where text goes. `write` adds nothing. */
export interface Output {
  write(text: string): void
}

/** The world of one command, so that tests run it in process. */
export interface Context {
  /** Words beside options. */
  readonly words: readonly string[]
  readonly options: Given
  readonly language: Language
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** Standard output is a terminal. */
  readonly isTTY: boolean
  /** Width to write for. */
  readonly columns: number
  /** Unix milliseconds. */
  readonly now: () => number
  /** Resolves with a reason when the process is asked to end: SIGINT, SIGTERM. */
  readonly stopped: () => Promise<string>
  /** Calls back at each SIGHUP. */
  readonly onHangUp: (call: () => void) => void
}

/** The options of one call, checked against what the command declares. */
export interface Given {
  flag(name: string): boolean
  text(name: string): string | undefined
  list(name: string): readonly string[]
}

/** Taken by every command. */
export const COMMON_OPTIONS: readonly Option[] = [
  {
    name: 'config',
    kind: 'text',
    value: 'FILE',
    about: { en: 'configuration (default ./tongwen.yaml if present)', zh: '配置文件（默认 ./tongwen.yaml，若存在）' },
  },
  {
    name: 'data',
    kind: 'text',
    value: 'DIR',
    about: { en: "data folder, instead of the configuration's", zh: '数据目录，优先于配置文件' },
  },
  { name: 'json', kind: 'flag', about: { en: 'print JSON for machines', zh: '输出 JSON，供程序读取' } },
  {
    name: 'lang',
    kind: 'text',
    value: 'en|zh',
    about: { en: 'language (default from LC_ALL, LANG)', zh: '语言（默认取自 LC_ALL、LANG）' },
  },
  { name: 'help', kind: 'flag', about: { en: 'show this help', zh: '显示本帮助' } },
  { name: 'version', kind: 'flag', about: { en: 'show the version', zh: '显示版本' } },
]

/** Taken by every command that works with the catalog. */
export const CATALOG_OPTION: Option = {
  name: 'catalog',
  kind: 'text',
  value: 'FILE',
  about: { en: "catalog overlay, instead of the configuration's", zh: '目录覆盖文件，优先于配置文件' },
}

/** Thrown for a call that cannot be meant: exit code 2. The message is for the operator. */
export class WrongUsage extends Error {}

/** Thrown for what stands in the way: exit code 3. The message is for the operator. */
export class CannotRun extends Error {}
