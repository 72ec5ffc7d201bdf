import { rewriteBy, type RewriteSource } from '#wire/shape/rewrite-source.ts'

/** See `Dialect`. It has no addresses of media but those in S3. */
export const rewriteSource: RewriteSource = rewriteBy({
  field: 'messages',
  turnOf: ({ role, text }) => ({ role, content: [{ text }] }),
})
