import type { z } from 'zod'
import { type Context, type ExitCode, WrongUsage } from '#cli/command.ts'
import { optionName } from '#cli/bounds.ts'
import type { OpenedStore } from '#cli/store.ts'
import type { Group } from '#engine/ports.ts'
import { StoreFailure, type StoreFailureCode } from '#store/index.ts'

/** Words of the line, read by the contract's schema. Throws `WrongUsage` with the option's name. */
export function checked<Value>(schema: z.ZodType<Value>, words: unknown): Value {
  const { data, error } = schema.safeParse(words)
  if (error === undefined) return data
  const [issue] = error.issues
  throw new WrongUsage(`${optionName(issue?.path.map(String) ?? [])} ${issue?.message ?? 'is wrong'}`)
}

const ANSWERS_NO: ReadonlySet<StoreFailureCode> = new Set(['name-taken', 'no-such-key', 'no-such-group', 'in-use'])

/** Undefined, and the reason told, where the store's answer is no. */
export async function attempt<Value>(context: Context, ask: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof StoreFailure) || !ANSWERS_NO.has(error.code)) throw error
    no(context, error.message)
    return undefined
  }
}

/** Tells why the answer is no. */
export function no({ stderr }: Context, message: string): ExitCode {
  stderr.write(`tongwen: ${message}\n`)
  return 1
}

/** Whether the file or the store has such a group. */
export async function hasGroup({ store, groups }: OpenedStore, kind: Group['kind'], name: string): Promise<boolean> {
  const all = [...groups, ...(await store.groups.list())]
  return all.some((group) => group.kind === kind && group.name === name)
}
