/** Environment variables, as data. */
export type Environment = Readonly<Record<string, string | undefined>>

/** A text of the file with its variables filled in, and what was wrong with them. */
export interface Substituted {
  readonly text: string
  /** Names of the variables that were read, in their order. */
  readonly variables: readonly string[]
  readonly problems: readonly string[]
}

const REFERENCE = /\$?\$\{([^}]*)(\}?)/g
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/** The variable's value; undefined where it is absent or empty (`NAME=` in a compose file means absent). */
export function variable(env: Environment, name: string): string | undefined {
  const value = Object.hasOwn(env, name) ? env[name] : undefined
  return value === '' ? undefined : value
}

/**
 * Fills in `${NAME}`; `$${` stands for a literal `${`. Works on single values after the file was parsed, so that
 * what a variable holds can never become structure; what it holds is not looked into again.
 */
export function substitute(text: string, env: Environment): Substituted {
  if (!text.includes('${')) return { text, variables: [], problems: [] }
  const variables: string[] = []
  const problems: string[] = []
  const filled = text.replace(REFERENCE, (match: string, name: string, close: string) => {
    if (match.startsWith('$$')) return match.slice(1)
    if (close === '' || !NAME.test(name)) {
      problems.push('"${" must be followed by the name of an environment variable and "}"; a literal "${" is "$${"')
      return match
    }
    const value = variable(env, name)
    if (value === undefined) {
      problems.push(`environment variable ${name} is ${Object.hasOwn(env, name) ? 'empty' : 'not set'}`)
      return match
    }
    variables.push(name)
    return value
  })
  return { text: filled, variables, problems }
}
