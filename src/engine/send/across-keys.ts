import type { ProviderConfig } from '#engine/config/config.ts'
import type { Refusal } from '#engine/send/context.ts'
import type { KeyHealth, LentKey } from '#engine/send/key-health.ts'
import type { FailureKind } from '#wire/failure.ts'

/** Failures that another key of the same provider may not meet. */
const OF_THE_KEY: ReadonlySet<FailureKind> = new Set(['credentials', 'quota', 'rate-limit'])

interface Asking {
  readonly keys: KeyHealth
  readonly provider: ProviderConfig
  readonly signal: AbortSignal
}

/**
 * Calls with one of the provider's keys; where that key is refused or limited, with the next healthy one, each at most
 * once. `reason` says why another key is used; it is absent with the first.
 */
export async function acrossKeys<Well extends { readonly ok: true }>(
  { keys, provider, signal }: Asking,
  call: (key: LentKey, reason: string | undefined) => Promise<Well | Refusal>,
): Promise<Well | Refusal> {
  const tried = new Set<number>()
  let key = keys.lend(provider)
  let reason: string | undefined
  while (true) {
    const result = await call(key, reason)
    key.ended(result.ok ? undefined : result.failure)
    if (result.ok || key.of < 2 || !OF_THE_KEY.has(result.failure.kind) || signal.aborted) return result
    tried.add(key.number)
    const next = keys.lendOther(provider, tried)
    if (next === undefined) return { ok: false, failure: keys.refusal(provider, result.failure) }
    reason = `with key ${next.number} of ${next.of}, since key ${key.number} met ${result.failure.kind}`
    key = next
  }
}
