import { spawn, type ChildProcess } from 'node:child_process'
import type { Intent, Log, Settlement } from '#engine/ports.ts'
import type { Places } from '#store/instance.ts'
import { ingestBatch, type Ingestion } from '#store/sqlite/ingest.ts'
import { openDatabase } from '#store/sqlite/open.ts'
import { openBooks } from '#store/sqlite/statements.ts'
import { NO_USAGE } from '#wire/usage.ts'

/** A log whose lines can be looked at: `level message`. */
export function listeningLog(): Log & { readonly lines: string[] } {
  const lines: string[] = []
  const at = (level: string) => (_: unknown, message: string) => void lines.push(`${level} ${message}`)
  return { lines, info: at('info'), warn: at('warn'), error: at('error') }
}

export function sampleIntent(requestId: string, more: Partial<Intent> = {}): Intent {
  const bound = { nanos: 90_000_000n, currency: 'CNY' }
  return { requestId, keyId: 'key-1', at: 1_764_000_000_000, model: 'm', target: 'p/m', bound, ...more }
}

export function sampleSettlement(requestId: string, more: Partial<Settlement> = {}): Settlement {
  const at = 1_764_000_001_000
  const raw = { prompt_tokens: 10, completion_tokens: 5 }
  return {
    requestId,
    keyId: 'key-1',
    at,
    kind: 'settled',
    model: 'm',
    target: 'p/m',
    usage: { ...NO_USAGE, inputFresh: 10, outputText: 5, raw },
    cost: { nanos: 12_300_000n, currency: 'CNY' },
    price: 'list 2026-10-01',
    tags: { team: 'search' },
    trace: sampleTrace(requestId, at),
    ...more,
  }
}

function sampleTrace(id: string, at: number): Settlement['trace'] {
  return {
    id,
    keyId: 'key-1',
    keyName: 'shop',
    at,
    dialect: 'd',
    operation: 'chat',
    model: 'm',
    stream: true,
    tags: { team: 'search' },
    attempts: [{ target: 'p/m', reason: 'first', startedMs: 0.3, status: 200 }],
    warnings: [],
    outcome: 'completed',
  }
}

/** The database of a data directory with what ingestion needs, in this thread. */
export function sampleIngestion(places: Places): Ingestion & { readonly rejects: string[]; batch: typeof ingestBatch } {
  const { db } = openDatabase(places.database)
  const rejects: string[] = []
  const onReject = ({ segment, reason }: { segment: number; reason: string }): void =>
    void rejects.push(`${segment}: ${reason}`)
  return { db, books: openBooks(db), directory: places.journal, onReject, rejects, batch: ingestBatch }
}

/** Another process that runs `code`, a module that may import this package's rooms. */
export function spawnModule(code: string, args: readonly string[] = []): ChildProcess {
  return spawn(process.execPath, ['--eval', code, '--', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: new URL('../../..', import.meta.url),
  })
}

/** What a child prints until it ends. */
export async function outputOf(child: ChildProcess): Promise<string> {
  let text = ''
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()))
  await new Promise((resolve) => child.once('close', resolve))
  return text
}
