import { pino } from 'pino'
import type { Log } from '#engine/ports.ts'

/** JSON lines on stderr: no bodies, no secrets. Level by `TONGWEN_LOG` (default `info`). */
export function pinoLog(level: string = process.env['TONGWEN_LOG'] ?? 'info'): Log {
  const logger = pino(
    { level, base: null, redact: ['key', 'apiKey', 'authorization'] },
    pino.destination({ fd: 2, sync: false }),
  )
  return {
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  }
}
