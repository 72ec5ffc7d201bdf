import { boundsWords } from '#cli/bounds.ts'
import type { Context, ExitCode } from '#cli/command.ts'
import { say } from '#cli/language.ts'
import { no } from '#cli/objects.ts'
import type { OpenedStore } from '#cli/store.ts'
import { table } from '#cli/table.ts'
import { allKeyInfos, findKeyInfo } from '#server/admin/key-info.ts'
import { levelsOf } from '#server/admin/levels.ts'
import { boundKeys, recordOf } from '#engine/admit/keyring.ts'

/** Shows a key with everything that binds it, and what is left at each level. */
export async function showKey(context: Context, opened: OpenedStore, name: string): Promise<ExitCode> {
  const { stdout, options, language, columns, now } = context
  const { store, declared, groups } = opened
  const stored = await store.keys.list()
  const info = findKeyInfo(allKeyInfos(declared, stored), name)
  if (info === undefined) return no(context, `no key has the id or name "${name}"`)
  const all = [...groups, ...(await store.groups.list())]
  const record = boundKeys([...declared.map(recordOf), ...stored], all).find(({ id }) => id === info.id)
  if (record === undefined)
    return no(context, `the key "${info.name}" belongs to a team or an organisation that is not there`)
  const levels = await levelsOf(record, now(), (pool) => store.left(pool))
  if (options.flag('json')) {
    stdout.write(`${JSON.stringify({ ...info, levels })}\n`)
    return 0
  }
  const head = (['level', 'bounds', 'left'] as const).map((each) => say(language, each))
  const rows = levels.map(({ kind, name: level, limits, left, budget, budgetLeft }) => [
    `${kind} ${level}`,
    boundsWords(limits, budget, language),
    boundsWords(
      left,
      budget === undefined || budgetLeft === undefined ? undefined : { ...budget, ...budgetLeft },
      language,
    ),
  ])
  stdout.write(`${info.name} (${info.id}) ${info.preview}\n\n${table({ head, rows, columns, flexible: [0, 1, 2] })}`)
  return 0
}
