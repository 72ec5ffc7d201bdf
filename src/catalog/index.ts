export { formatMoney, parseMoney } from '#catalog/money.ts'
export { nearest } from '#catalog/nearest.ts'
export { findOffer, offersOf } from '#catalog/offers.ts'
export { platforms } from '#catalog/platforms/index.ts'
export { priceOf, upperBound } from '#catalog/price.ts'
export type { Leaf, Priced, PriceLine, Unpriced } from '#catalog/price.ts'
export { resolve } from '#catalog/resolve.ts'
export type { Resolution, Resolved, Wanted } from '#catalog/resolve.ts'
export type {
  Auth,
  Capability,
  Endpoint,
  Modality,
  Offer,
  OfferKind,
  OfferStatus,
  Platform,
  PriceRow,
  PriceTier,
  PriceUnit,
  PriceWindow,
  Rates,
  Region,
  Residency,
} from '#catalog/schema.ts'
