import type { EmbeddingTask } from '#wire/service.ts'

/** What each platform calls a task, lower case; words of one meaning are one here. */
const MEANINGS: Readonly<Record<string, EmbeddingTask>> = {
  // Cohere, NVIDIA, Voyage: input_type; DashScope: text_type; MiniMax: type
  query: 'query',
  search_query: 'query',
  document: 'document',
  passage: 'document',
  search_document: 'document',
  db: 'document',
  classification: 'classification',
  clustering: 'clustering',
  // Jina: task
  'retrieval.query': 'query',
  'retrieval.passage': 'document',
  'text-matching': 'similarity',
  separation: 'clustering',
  'nl2code.query': 'code-query',
  // Gemini: taskType
  retrieval_query: 'query',
  retrieval_document: 'document',
  semantic_similarity: 'similarity',
  code_retrieval_query: 'code-query',
  question_answering: 'question',
  fact_verification: 'fact-check',
}

/** Fields in which callers of OpenAI's form say it, as the platforms that they come from are told. */
export const TASK_FIELDS = ['input_type', 'task_type', 'text_type', 'task', 'type'] as const

/** The task that a word means; undefined for words that nobody is known to use. */
export function taskOf(word: string): EmbeddingTask | undefined {
  const lower = word.toLowerCase()
  return Object.hasOwn(MEANINGS, lower) ? MEANINGS[lower] : undefined
}
