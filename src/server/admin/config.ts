import type { ConfigInfo, ProviderInfo } from '#contract/index.ts'
import type { ConfigProblem, ProviderConfig } from '#engine/config/config.ts'
import { isSecretName, maskedWords, maskSecret } from '#engine/config/explain.ts'
import { type AdminCall, answered, type Handled } from '#server/admin/call.ts'
import { declaredGroupInfo } from '#server/admin/group-info.ts'
import { declaredKeyInfo } from '#server/admin/key-info.ts'

/** The configuration in force, with every secret masked. */
export async function getConfig(call: AdminCall): Promise<Handled<ConfigInfo>> {
  const { file, server, data, catalog, providers, routes, keys, groups } = call.snapshot().config
  return answered({
    ...(file === undefined ? {} : { file }),
    server: { ...server, limits: { ...server.limits } },
    data,
    ...(catalog === undefined ? {} : { catalog }),
    providers: providers.map(providerInfo),
    routes,
    keys: keys.map(declaredKeyInfo),
    groups: groups.map(declaredGroupInfo),
  })
}

function providerInfo(provider: ProviderConfig): ProviderInfo {
  const { apiKeys, credentials, headers, timeouts, quirks, ...rest } = provider
  const shown = Object.entries(headers).map(([name, value]) => [name, isSecretName(name) ? maskSecret(value) : value])
  return {
    ...rest,
    apiKeys: apiKeys.map(maskSecret),
    ...(credentials === undefined ? {} : { credentials: maskedWords(credentials) }),
    timeouts: { ...timeouts },
    headers: Object.fromEntries(shown),
    ...(quirks === undefined ? {} : { quirks: { ...quirks } }),
  }
}

/** Takes the file again. A bad one is told with every problem, under a status that scripts notice. */
export async function reloadConfig(call: AdminCall): Promise<Handled<{ reloaded: true }>> {
  const problems = call.reload()
  if (problems.length === 0) return answered({ reloaded: true })
  const message = `the last good configuration stays: ${problems.map(words).join('; ')}`
  const error = { message, type: 'invalid_request_error', param: null, code: 'invalid_configuration' }
  const headers = { 'content-type': 'application/json' }
  return { kind: 'whole', status: 422, headers, body: JSON.stringify({ error, problems }) }
}

function words({ path, message, file, line, column }: ConfigProblem): string {
  const place = [file, line, column].filter((each) => each !== undefined).join(':')
  return [place, path, message].filter((each) => each !== '').join(' ')
}
