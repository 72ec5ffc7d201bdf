export {
  askedWords,
  AUTH_KINDS,
  chooseAuth,
  type CredentialField,
  type Given,
  SCHEMES,
  SHOWN_FIELDS,
  takes,
  waysOf,
} from '#catalog/auth.ts'
export { type Catalog, released } from '#catalog/catalog.ts'
export { formatMoney, parseDecimal, parseMoney } from '#catalog/money.ts'
export { nearest } from '#catalog/nearest.ts'
export { findOffer, offersOf } from '#catalog/offers.ts'
export { type Evidence, type ModelOverlay, type Overlay, type PlatformOverlay, withOverlay } from '#catalog/overlay.ts'
export type { PriceOverlay } from '#catalog/overlay-prices.ts'
export { afterPackages, type Drawn, type Package } from '#catalog/packages.ts'
export { platforms } from '#catalog/platforms/index.ts'
export { explainPrice, type Explained, priceOf } from '#catalog/price.ts'
export { upperBound } from '#catalog/price-bound.ts'
export { priceOfSearches, searchesOf } from '#catalog/price-search.ts'
export { resolve } from '#catalog/resolve.ts'
export type { Resolved, Wanted } from '#catalog/resolve.ts'
export type { ResolvedService } from '#catalog/services.ts'
export type { Auth, AuthWays, Offer, Platform, Variable } from '#catalog/schema.ts'
export { defaultRegion, endpointFor, endpointsAt, rowOf, waysAt } from '#catalog/site.ts'
export { type Step, stepWords } from '#catalog/rule.ts'
export type { Discount } from '#catalog/tariff.ts'
export { filled, placeholdersOf } from '#catalog/url.ts'
export { commonSpace, type Shelves, spacesNamed, spacesPromised, vectorSpaceOf } from '#catalog/vector-space.ts'
