import { BedrockRuntimeClient, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime'
import { GoogleGenAI } from '@google/genai'
import { overHttp1 } from '#test/support/aws-http1.ts'
import { KEY, type TestGateway } from '#test/support/gateway.ts'

/** What an official SDK heard, in words that are the same for all of them. */
export interface Heard {
  text: string
  calls: { name: string; arguments: unknown }[]
  /** Input and output, thinking included. */
  usage: readonly number[]
}

/** Streams one question through an official SDK. */
export type BySdk = (gateway: TestGateway, model: string, question: string) => Promise<Heard>

export const byOpenai: BySdk = async (gateway, model, content) => {
  const params = { model, messages: [{ role: 'user' as const, content }], stream_options: { include_usage: true } }
  const { choices, usage } = await gateway.openai().chat.completions.stream(params).finalChatCompletion()
  const message: any = choices[0]?.message
  return {
    text: message.content ?? '',
    calls: (message.tool_calls ?? []).map((call: any) => ({
      name: call.function.name,
      arguments: JSON.parse(call.function.arguments),
    })),
    usage: [usage?.prompt_tokens ?? 0, usage?.completion_tokens ?? 0],
  }
}

export const byResponses: BySdk = async (gateway, model, input) => {
  const { output_text: text, output, usage } = await gateway.openai().responses.stream({ model, input }).finalResponse()
  return {
    text,
    calls: output.flatMap((item) =>
      item.type === 'function_call' ? [{ name: item.name, arguments: JSON.parse(item.arguments) }] : [],
    ),
    usage: [usage?.input_tokens ?? 0, usage?.output_tokens ?? 0],
  }
}

export const byAnthropic: BySdk = async (gateway, model, content) => {
  const params = { model, max_tokens: 1000, messages: [{ role: 'user' as const, content }] }
  const { content: blocks, usage } = await gateway.anthropic().messages.stream(params).finalMessage()
  return {
    text: blocks.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    calls: blocks.flatMap((block) => (block.type === 'tool_use' ? [{ name: block.name, arguments: block.input }] : [])),
    usage: [usage.input_tokens, usage.output_tokens],
  }
}

export const byGoogle: BySdk = async (gateway, model, contents) => {
  const client = new GoogleGenAI({ apiKey: KEY, httpOptions: { baseUrl: gateway.url } })
  const heard: Heard = { text: '', calls: [], usage: [] }
  for await (const { candidates, usageMetadata } of await client.models.generateContentStream({ model, contents })) {
    for (const { text = '', thought, functionCall } of candidates?.[0]?.content?.parts ?? []) {
      if (thought !== true) heard.text += text
      if (functionCall !== undefined) heard.calls.push({ name: functionCall.name ?? '', arguments: functionCall.args })
    }
    const { promptTokenCount: input = 0, candidatesTokenCount = 0, thoughtsTokenCount = 0 } = usageMetadata ?? {}
    if (usageMetadata !== undefined) heard.usage = [input, candidatesTokenCount + thoughtsTokenCount]
  }
  return heard
}

export const byAws: BySdk = async (gateway, modelId, text) => {
  const client = new BedrockRuntimeClient({
    region: 'us-east-1',
    endpoint: gateway.url,
    token: { token: KEY },
    authSchemePreference: ['httpBearerAuth'],
    requestHandler: overHttp1 as never,
  })
  const messages = [{ role: 'user' as const, content: [{ text }] }]
  const { stream } = await client.send(new ConverseStreamCommand({ modelId, messages }))
  const heard: Heard = { text: '', calls: [], usage: [] }
  for await (const { contentBlockStart, contentBlockDelta, metadata } of stream ?? []) {
    const name = contentBlockStart?.start?.toolUse?.name
    if (name !== undefined) heard.calls.push({ name, arguments: '' })
    const delta = contentBlockDelta?.delta
    heard.text += delta?.text ?? ''
    const call = heard.calls.at(-1)
    if (delta?.toolUse !== undefined && call !== undefined) call.arguments += delta.toolUse.input ?? ''
    if (metadata?.usage !== undefined) heard.usage = [metadata.usage.inputTokens ?? 0, metadata.usage.outputTokens ?? 0]
  }
  const calls = heard.calls.map(({ name, arguments: input }) => ({ name, arguments: JSON.parse(String(input)) }))
  return { ...heard, calls }
}
