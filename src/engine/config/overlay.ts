import { type Catalog, type Evidence, type ModelOverlay, type PlatformOverlay, withOverlay } from '#catalog/index.ts'
import type { ConfigProblem } from '#engine/config/config.ts'
import { readDocument } from '#engine/config/document.ts'
import type { Environment } from '#engine/config/environment.ts'
import { type Finding, inFileOrder, type Path, problemOf } from '#engine/config/findings.ts'
import { findingsOf } from '#engine/config/issues.ts'
import { entriesOf, hiderOf, type Overlaid, tellOnce } from '#engine/config/load.ts'
import { checkModels, checkPlatforms, splitName } from '#engine/config/overlay-check.ts'
import {
  modelSchema,
  overlaySchema,
  type ParsedModel,
  type ParsedOverlay,
  type ParsedPlatform,
  platformSchema,
} from '#engine/config/overlay-schema.ts'

/** An overlay's text, and what it is laid over. */
export interface OverlayInput {
  readonly text: string
  /** As the operator named it: shown with every row and problem, never opened. */
  readonly file: string
  readonly env: Environment
  readonly below: Catalog
}

/**
 * Reads an operator's overlay: pure, never throws, nothing is half taken. All problems come at once, in the order of
 * the file's lines.
 */
export function readOverlay({ text, file, env, below }: OverlayInput): Overlaid<Catalog> {
  const document = readDocument(text, file.toLowerCase().endsWith('.json') ? 'json' : 'yaml', env)
  const value = Object.fromEntries(Object.entries(document.value).filter(([, section]) => section !== null))
  const whole = overlaySchema.safeParse(value)
  const platforms = entriesOf(value['platforms'], platformSchema)
  const models = entriesOf(value['models'], modelSchema)
  const sound = evidenceOf(value)
  const findings = tellOnce([
    document.findings,
    findingsOf(whole.error?.issues ?? [], value, overlaySchema),
    [
      ...checkPlatforms(platforms, below),
      ...checkModels(models, { platforms, below }),
      ...missingEvidence({ platforms, models }, sound),
    ],
  ])
  const hide = hiderOf(document.places, env)
  const problems = [...document.syntax, ...findings.map((finding) => problemOf(finding, document.places))]
  if (problems.length > 0 || whole.data === undefined) {
    return { ok: false, problems: inFileOrder(problems.map((each) => inFile(each, file, hide))) }
  }
  const overlay = { file, ...filledIn(whole.data) }
  return { ok: true, catalog: withOverlay(below, overlay), notes: [noteOf(whole.data, { file, below })] }
}

function inFile(problem: ConfigProblem, file: string, hide: (message: string) => string): ConfigProblem {
  return { ...problem, message: hide(problem.message), file }
}

/** What stands at the top of the file counts for every row that says nothing; a wrong one is told once, where it stands. */
function evidenceOf(value: Readonly<Record<string, unknown>>): Record<keyof Evidence, boolean> {
  return { source: value['source'] !== undefined, asOf: value['asOf'] !== undefined }
}

interface Rows {
  readonly platforms: ReadonlyMap<string, ParsedPlatform>
  readonly models: ReadonlyMap<string, ParsedModel>
}

function missingEvidence({ platforms, models }: Rows, top: Record<keyof Evidence, boolean>): Finding[] {
  const keys = (['source', 'asOf'] as const).filter((key) => !top[key])
  const missing = (path: Path, row: Partial<Evidence>): Finding[] =>
    keys.flatMap((key) =>
      row[key] === undefined
        ? [{ path: [...path, key], message: 'is needed: neither this row nor the top of the file has one' }]
        : [],
    )
  return [
    ...[...platforms].flatMap(([id, row]) => missing(['platforms', id], row)),
    ...[...models].flatMap(([name, row]) => missing(['models', name], row)),
  ]
}

function filledIn({ source = '', asOf = '', platforms, models }: ParsedOverlay): {
  platforms: Record<string, PlatformOverlay>
  models: Record<string, Record<string, ModelOverlay>>
} {
  const top: Evidence = { source, asOf }
  const byPlatform: Record<string, Record<string, ModelOverlay>> = {}
  for (const [name, { prices, ...row }] of Object.entries(models)) {
    const [platform, model] = splitName(name)
    const own: Evidence = { source: row.source ?? top.source, asOf: row.asOf ?? top.asOf }
    const filled = prices?.map((price) => ({ ...own, ...price }))
    const shelf = (byPlatform[platform] ??= {})
    shelf[model] = { ...row, ...own, ...(filled === undefined ? {} : { prices: filled }) }
  }
  const filled = Object.entries(platforms).map(([id, row]) => [id, { ...top, ...row }] as const)
  return { platforms: Object.fromEntries(filled), models: byPlatform }
}

/** A model that was to be corrected and is misspelt would be added: so what is added is told by name. */
function noteOf({ platforms, models }: ParsedOverlay, { file, below }: { file: string; below: Catalog }): string {
  const newPlatforms = Object.keys(platforms).filter((id) => !below.platforms.has(id))
  const newModels = Object.keys(models).filter((name) => below.findOffer(...splitName(name)) === undefined)
  const corrected = Object.keys(platforms).length + Object.keys(models).length - newPlatforms.length - newModels.length
  const added = [...newPlatforms, ...newModels]
  const words = [
    ...(corrected === 0 ? [] : [`corrects ${corrected} row${corrected === 1 ? '' : 's'}`]),
    ...(added.length === 0
      ? []
      : [`adds ${added.slice(0, MOST_NAMES).join(', ')}${added.length > MOST_NAMES ? ', …' : ''}`]),
  ]
  return `catalog overlay ${file} ${words.length === 0 ? 'is empty' : words.join(' and ')}`
}

const MOST_NAMES = 20
