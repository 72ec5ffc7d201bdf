/**
 * Just enough HTTP/1.1 for two programs that know each other: messages out of a growing text, by content-length or
 * chunks. Text is Latin-1, so that a character is a byte.
 */
export interface Head {
  readonly firstLine: string
  readonly length: number | undefined
  readonly chunked: boolean
  readonly closes: boolean
  /** Where the body begins. */
  readonly end: number
}

/** The head at the start of a text; undefined while incomplete. */
export function headOf(text: string): Head | undefined {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = text.slice(0, end)
  const length = /^content-length: *(\d+)/im.exec(head)?.[1]
  return {
    firstLine: head.slice(0, head.indexOf('\r\n')),
    length: length === undefined ? undefined : Number(length),
    chunked: /^transfer-encoding: *chunked/im.test(head),
    closes: /^connection: *close/im.test(head),
    end: end + 4,
  }
}

/** What whole chunks at the start of a text hold, how much of it they take, and whether the last one was among them. */
export function takeChunks(text: string, from: number): { body: string; used: number; ended: boolean } {
  let body = ''
  let at = from
  for (;;) {
    const lineEnd = text.indexOf('\r\n', at)
    if (lineEnd < 0) return { body, used: at - from, ended: false }
    const size = Number.parseInt(text.slice(at, lineEnd), 16)
    const next = lineEnd + 2 + size + 2
    if (text.length < next) return { body, used: at - from, ended: false }
    if (size === 0) return { body, used: next - from, ended: true }
    body += text.slice(lineEnd + 2, lineEnd + 2 + size)
    at = next
  }
}

/** The monotonic clock in microseconds; the same for all processes of a machine. */
export function nowUs(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1e6 + nanoseconds / 1e3
}
