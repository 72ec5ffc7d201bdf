/** Languages that the command line speaks to people in. What scripts read (`--json`, ids, keys) is the same in all. */
export const LANGUAGES = ['en', 'zh'] as const
export type Language = (typeof LANGUAGES)[number]

/** A text in each language. */
export type Words = Readonly<Record<Language, string>>

/** `--lang` has been looked at already; else the usual variables decide, in their usual order. */
export function languageOf(env: Readonly<Record<string, string | undefined>>): Language {
  const locale = [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find((each) => each !== undefined && each !== '')
  return locale?.toLowerCase().startsWith('zh') === true ? 'zh' : 'en'
}
