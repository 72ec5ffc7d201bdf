import type { KeyConfig } from '#engine/config/config.ts'
import type { ParsedBook, ParsedGroup } from '#engine/config/book-schema.ts'
import type { Finding } from '#engine/config/findings.ts'
import { suggestion } from '#engine/config/suggestion.ts'
import type { Group } from '#engine/ports.ts'
import { isObject, type JsonObject } from '#wire/json.ts'

/** Names travel in scopes, addresses and command lines: `search`, `平台.组-2`. */
const GROUP_NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,99}$/u

/** What the file says of teams and of who belongs to them, each entry without its faulty parts. */
export interface GroupEntries {
  readonly teams: ReadonlyMap<string, ParsedGroup>
  readonly keys: ReadonlyMap<string, KeyConfig>
}

/** What is wrong among organisations and teams: their names, and belonging to one that is not there. `value`: the file. */
export function checkGroups(value: JsonObject, { teams, keys }: GroupEntries): Finding[] {
  const names = { organisations: namesIn(value['organisations']), teams: namesIn(value['teams']) }
  return [
    ...(['organisations', 'teams'] as const).flatMap((section) => namesFindings(section, names[section])),
    ...[...teams].flatMap(([name, { organisation }]) =>
      unknown(organisation, names.organisations, ['teams', name, 'organisation']),
    ),
    ...[...keys].flatMap(([index, { team }]) => unknown(team, names.teams, ['keys', index, 'team'])),
  ]
}

function namesIn(section: unknown): readonly string[] {
  return isObject(section) ? Object.keys(section) : []
}

function namesFindings(section: 'organisations' | 'teams', names: readonly string[]): Finding[] {
  const message = 'must be letters, digits, ".", "_" and "-", at most 100, and begin with a letter or a digit'
  return names
    .filter((name) => !GROUP_NAME.test(name))
    .map((name) => ({ path: [section, name], atKey: true, message: `the name ${message}` }))
}

function unknown(name: string | undefined, names: readonly string[], path: readonly (string | number)[]): Finding[] {
  if (name === undefined || names.includes(name)) return []
  const what = path.at(-1)
  return [{ path: [...path], message: `no ${what} of this file is called "${name}"${suggestion(name, names)}` }]
}

/** Organisations, then teams, as they count. */
export function groupsOf({ organisations, teams }: Pick<ParsedBook, 'organisations' | 'teams'>): Group[] {
  const groups = (kind: Group['kind'], section: ParsedBook['teams']): Group[] =>
    Object.entries(section).map(([name, group]) => ({ kind, name, ...group }))
  return [...groups('organisation', organisations), ...groups('team', teams)]
}
