import type { Door } from '#server/doors.ts'
import { geminiBatchEmbedContents, geminiEmbedContent, openaiEmbeddings } from '#wire/embeddings/index.ts'
import { gemini } from '#wire/gemini/index.ts'
import { moderations } from '#wire/moderations/index.ts'
import { openaiChat } from '#wire/openai-chat/index.ts'
import { rerank } from '#wire/rerank/index.ts'
import type { Service } from '#wire/service.ts'

/** A door of OpenAI's form; its refusals are written as those of chat are. */
function openaiDoor(service: Service): Door {
  return { dialect: openaiChat, operation: service.operation, headers: [], service }
}

const EMBEDDINGS = openaiDoor(openaiEmbeddings)
const RERANK = openaiDoor(rerank)
const MODERATIONS = openaiDoor(moderations)

const DOORS: Readonly<Record<string, Door>> = {
  '/v1/embeddings': EMBEDDINGS,
  '/embeddings': EMBEDDINGS,
  '/openai/v1/embeddings': EMBEDDINGS,
  '/v1/rerank': RERANK,
  '/v1/reranks': RERANK,
  '/v2/rerank': RERANK,
  '/rerank': RERANK,
  '/reranks': RERANK,
  '/v1/moderations': MODERATIONS,
  '/moderations': MODERATIONS,
}

const DEPLOYMENT = /^\/openai\/deployments\/(.+)\/embeddings$/
const GEMINI = /^\/v1(?:beta)?\/models\/(.+):(embedContent|batchEmbedContents)$/

/** The door of work other than chat at a path, if there is one. A model that the path names comes as it stands there. */
export function serviceDoorAt(path: string): { readonly door: Door; readonly model?: string } | undefined {
  if (Object.hasOwn(DOORS, path)) {
    const door = DOORS[path]
    return door === undefined ? undefined : { door }
  }
  const deployment = DEPLOYMENT.exec(path)?.[1]
  if (deployment !== undefined) return { door: EMBEDDINGS, model: deployment }
  const [, model, verb] = GEMINI.exec(path) ?? []
  if (model === undefined) return undefined
  const service = verb === 'embedContent' ? geminiEmbedContent : geminiBatchEmbedContents
  return { door: { ...openaiDoor(service), dialect: gemini }, model }
}
