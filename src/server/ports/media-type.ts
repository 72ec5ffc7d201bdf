import type { MediaKind } from '#engine/ports.ts'

/** The media type by the first bytes; undefined where they are of none that platforms take. */
export function mediaTypeOf(bytes: Buffer, kind: MediaKind): string | undefined {
  return kind === 'image' ? imageType(bytes) : documentType(bytes)
}

function imageType(bytes: Buffer): string | undefined {
  if (bytes.subarray(0, 8).equals(PNG)) return 'image/png'
  if (bytes.subarray(0, 3).equals(JPEG)) return 'image/jpeg'
  const head = bytes.toString('latin1', 0, 12)
  if (head.startsWith('GIF87a') || head.startsWith('GIF89a')) return 'image/gif'
  return head.startsWith('RIFF') && head.endsWith('WEBP') ? 'image/webp' : undefined
}

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const JPEG = Buffer.from([0xff, 0xd8, 0xff])

function documentType(bytes: Buffer): string | undefined {
  return bytes.toString('latin1', 0, 5) === '%PDF-' ? 'application/pdf' : undefined
}
