import { OFFER_FILES } from '#catalog/offer-files.ts'
import { platforms } from '#catalog/platforms/index.ts'
import type { Offer, PriceRow, Region } from '#catalog/schema.ts'

/** A price row as it stands in a file: `market` instead of regions, short source, common values left out. */
interface PriceLine extends Omit<PriceRow, 'unit' | 'regions'> {
  readonly unit?: PriceRow['unit']
  readonly market?: string
}

/** An offer as it stands in a file: common values left out. */
interface OfferLine extends Partial<Omit<Offer, 'prices' | 'model' | 'source'>> {
  readonly model: string
  readonly prices?: readonly PriceLine[]
  /** Key in the file's `sources`, as in the prices. */
  readonly source: string
}

/** Fees of a platform, for all its rows of the currency. */
type FeeLine = Required<Pick<PriceRow, 'currency' | 'fees'>>

interface OfferFile {
  readonly platform: string
  readonly sources: Readonly<Record<string, string>>
  readonly fees?: readonly FeeLine[]
  readonly offers: readonly OfferLine[]
}

/** One platform's offers, with their names. */
interface Shelf {
  readonly offers: readonly Offer[]
  readonly byName: ReadonlyMap<string, Offer>
}

const EMPTY: Shelf = { offers: [], byName: new Map() }

/** Memo of a pure reading: files are read when first asked for, since most starts need two or three of them. */
const shelves = new Map<string, Shelf>()

/** All that a platform offers, in the order of its file; empty for a platform without rows. */
export function offersOf(platformId: string): readonly Offer[] {
  return shelfOf(platformId).offers
}

/** The offer of that id, else the one that has it as an alias. */
export function findOffer(platformId: string, model: string): Offer | undefined {
  return shelfOf(platformId).byName.get(model)
}

function shelfOf(platformId: string): Shelf {
  const known = shelves.get(platformId)
  if (known !== undefined) return known
  if (!Object.hasOwn(OFFER_FILES, platformId)) return EMPTY
  const shelf = readShelf(OFFER_FILES[platformId] as OfferFile)
  shelves.set(platformId, shelf)
  return shelf
}

function readShelf(file: OfferFile): Shelf {
  const regions = platforms.get(file.platform)?.regions ?? []
  const offers = file.offers.map((line) => readOffer(line, file, regions))
  const byName = new Map(offers.flatMap((offer) => (offer.aliases ?? []).map((alias) => [alias, offer])))
  for (const offer of offers) byName.set(offer.model, offer)
  return { offers, byName }
}

function readOffer(line: OfferLine, { sources, fees = [] }: OfferFile, regions: readonly Region[]): Offer {
  return {
    kind: 'chat',
    input: ['text'],
    output: ['text'],
    capabilities: [],
    status: 'active',
    ...line,
    source: sources[line.source] ?? line.source,
    prices: (line.prices ?? []).map((price) => withFees(readPrice(price, sources, regions), fees)),
  }
}

function readPrice(line: PriceLine, sources: OfferFile['sources'], regions: readonly Region[]): PriceRow {
  const { market, ...row } = line
  const price: PriceRow = { unit: 'million-tokens', ...row, source: sources[row.source] ?? row.source }
  if (market === undefined) return price
  return { ...price, regions: regions.filter((region) => region.market === market).map((region) => region.id) }
}

/** A row with the fees of its currency. */
function withFees(row: PriceRow, fees: readonly FeeLine[]): PriceRow {
  const line = row.unit === 'million-tokens' ? fees.find(({ currency }) => currency === row.currency) : undefined
  return line === undefined ? row : { ...row, fees: { ...line.fees, ...row.fees } }
}
