import type { Given, Wanted } from '#catalog/index.ts'
import type { ProviderConfig } from '#engine/config/config.ts'

/** What an operator says of his account, as the catalog asks for it. */
export function accountOf(provider: ProviderConfig): Omit<Wanted, 'platform' | 'model'> {
  const { region, baseUrl, dialect, quirks, variables } = provider
  return {
    ...(region === undefined ? {} : { region }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(dialect === undefined ? {} : { dialect }),
    ...(quirks === undefined ? {} : { quirks }),
    ...(variables === undefined ? {} : { variables }),
    given: givenOf(provider),
  }
}

/** What a provider has to prove who it is: which words, not their values. */
export function givenOf({
  apiKeys,
  credentials,
  auth,
}: Pick<ProviderConfig, 'apiKeys' | 'credentials' | 'auth'>): Given {
  return {
    key: apiKeys.length > 0,
    words: Object.keys(credentials ?? {}),
    ...(auth === undefined ? {} : { auth }),
  }
}
