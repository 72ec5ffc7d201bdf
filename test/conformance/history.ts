import type { DialectId } from '#wire/dialect.ts'

/** A JSON answer that a client takes apart without a reader. */
type Json = any

/** The next request of a plain client: what the model said is kept as it came, each call has its result. */
type History = (answer: Json) => Json

/** How callers of each dialect go on: the whole answer as part of the next request's body. */
export const HISTORIES: Readonly<Partial<Record<DialectId, History>>> = {
  'openai-chat': ({ choices: [{ message }] }) => ({
    model: 'm',
    messages: [
      { role: 'user', content: 'hi' },
      message,
      ...(message.tool_calls ?? []).map(({ id }: Json) => ({ role: 'tool', tool_call_id: id, content: 'done' })),
      { role: 'user', content: 'go on' },
    ],
  }),
  'anthropic-messages': ({ content }) => ({
    model: 'm',
    max_tokens: 1_000,
    messages: [
      { role: 'user', content: 'hi' },
      { role: 'assistant', content },
      {
        role: 'user',
        content: [
          ...content
            .filter(({ type }: Json) => type === 'tool_use')
            .map(({ id }: Json) => ({ type: 'tool_result', tool_use_id: id, content: 'done' })),
          { type: 'text', text: 'go on' },
        ],
      },
    ],
  }),
  'openai-responses': ({ output }) => ({
    model: 'm',
    input: [
      { role: 'user', content: 'hi' },
      ...output,
      ...output
        .filter(({ type }: Json) => type === 'function_call')
        .map(({ call_id }: Json) => ({ type: 'function_call_output', call_id, output: 'done' })),
      { role: 'user', content: 'go on' },
    ],
  }),
  gemini: ({ candidates: [{ content }] }) => ({
    contents: [
      { role: 'user', parts: [{ text: 'hi' }] },
      content,
      {
        role: 'user',
        parts: [
          ...content.parts.flatMap(({ functionCall }: Json) =>
            functionCall === undefined
              ? []
              : [{ functionResponse: { id: functionCall.id, name: functionCall.name, response: { output: 'done' } } }],
          ),
          { text: 'go on' },
        ],
      },
    ],
  }),
  'bedrock-converse': ({ output: { message } }) => ({
    messages: [
      { role: 'user', content: [{ text: 'hi' }] },
      message,
      {
        role: 'user',
        content: [
          ...message.content.flatMap(({ toolUse }: Json) =>
            toolUse === undefined
              ? []
              : [{ toolResult: { toolUseId: toolUse.toolUseId, content: [{ text: 'done' }] } }],
          ),
          { text: 'go on' },
        ],
      },
    ],
  }),
}
