/**
 * What the gateway does itself where a platform cannot: verdicts of `emulated` rest on it. Changed together with the
 * code that does it; `test/product/verdicts.test.ts` holds both against each other, `test/conformance/verdicts.test.ts` the rest.
 */
export const GATEWAY: {
  /** Asks several times for `n` answers. */
  readonly fanOut: boolean
  /** Instructs, validates and repairs once where a platform has no schemas. */
  readonly schemas: boolean
  /** Fetches images from their URLs for platforms that take them only inside the request. */
  readonly fetchesImages: boolean
  /** Keeps reasoning that a platform wants back and the application does not send. */
  readonly remembersReasoning: boolean
  /** Operations that it serves, beside chat. */
  readonly operations: ReadonlySet<string>
} = {
  fanOut: true,
  schemas: true,
  fetchesImages: true,
  remembersReasoning: true,
  operations: new Set(),
}
