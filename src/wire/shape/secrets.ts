/** What stands where a secret stood. */
const HIDDEN = '***'

/**
 * Shapes of secrets, each with the part that may stay in the first group. Platforms quote the refused key in full in
 * some messages ("Incorrect API key provided: sk-…"), and error pages of proxies repeat whole headers.
 */
const SHAPES: readonly RegExp[] = [
  // `Authorization: Bearer …`, `Basic …`
  /\b((?:bearer|basic)\s+)[\w\-.~+/]{8,}=*/gi,
  // `api_key=…`, `"x-api-key": "…"`, `token: …`, `key=…` in a query
  /((?:api[-_ ]?key|access[-_ ]?key(?:[-_ ]?(?:id|secret))?|secret(?:[-_ ]?key)?|token|password|passwd|[?&]key)["']?\s*[:=]\s*["']?)[\w\-.~+/]{12,}=*/gi,
  // OpenAI, Anthropic, DeepSeek, Moonshot, DashScope, OpenRouter and our own keys
  /\b((?:sk|pk|rk|ak|gw|hf|ms|gsk|xai|key)[-_])[\w-]{12,}/g,
  // Google, AWS, GitHub
  /\b(AIza)[\w-]{20,}/g,
  /\b(AKIA|ASIA)[A-Z0-9]{12,}/g,
  /\b(gh[opsu]_)[A-Za-z0-9]{20,}/g,
  // JSON web tokens
  /\b(eyJ)[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g,
  // Zhipu: 32 hexadecimal digits, a point, the secret
  /\b()[0-9a-f]{32}\.[A-Za-z0-9]{12,}/g,
]

/** Runs of letters and digits as long as a key. Identifiers of requests look alike, and are told by what precedes them. */
const LONG_RUN = /[A-Za-z0-9]{32,}/g
const BEFORE_AN_IDENTIFIER =
  /(?:request|trace|req|chatcmpl|resp|msg|log|session|sid|call|gen|cmpl)[\s_-]*(?:id)?["'\s:=(_-]*$/i

/** The text with everything that looks like a credential replaced by `***`; what a platform masked itself stays as it is. */
export function withoutSecrets(text: string): string {
  let clean = text
  for (const shape of SHAPES) clean = clean.replace(shape, (_found, kept: string) => `${kept}${HIDDEN}`)
  return clean.replace(LONG_RUN, (run, offset: number) => {
    const mixed = /[0-9]/.test(run) && /[A-Za-z]/.test(run)
    const before = clean.slice(Math.max(0, offset - 24), offset)
    return !mixed || BEFORE_AN_IDENTIFIER.test(before) ? run : HIDDEN
  })
}
