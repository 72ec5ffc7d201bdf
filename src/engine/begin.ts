import type { Caller } from '#engine/admit/keyring.ts'
import { refuse } from '#engine/refuse.ts'
import type { Reply } from '#engine/reply.ts'
import type { Call, Engine, Snapshot } from '#engine/run.ts'
import { newTrace, type Trace } from '#engine/trace.ts'

/** A request whose caller is known, with the configuration that it keeps to its end. */
export type Begun =
  | { readonly ok: true; readonly snapshot: Snapshot; readonly caller: Caller; readonly trace: Trace }
  | { readonly ok: false; readonly reply: Reply }

/** Opens the trace and lets the caller in, or not. */
export function begin(engine: Engine, call: Call): Begun {
  const snapshot = engine.snapshot()
  const trace = traceOf(engine, call)
  const admitted = snapshot.keyring.admit(call.key)
  if (!admitted.ok) return { ok: false, reply: refuse({ engine, call, trace }, admitted.failure) }
  const { caller } = admitted
  trace.keyId = caller.id
  trace.keyName = caller.name
  return { ok: true, snapshot, caller, trace }
}

function traceOf(engine: Engine, call: Call): Trace {
  const { dialect, operation, requestId, tags, session } = call
  const known = { id: requestId, at: engine.ports.clock.now(), dialect: dialect.id, operation, tags }
  return newTrace(session === undefined ? known : { ...known, session })
}
