import {
  BedrockRuntimeClient,
  ConverseCommand,
  type ConverseCommandInput,
  ConverseStreamCommand,
  CountTokensCommand,
  type Message,
  type ToolConfiguration,
} from '@aws-sdk/client-bedrock-runtime'
import { describe, expect, test } from 'vitest'
import { overHttp1 } from '#test/support/aws-http1.ts'
import { KEY } from '#test/support/gateway.ts'
import { ASK, CALL, CITY, failing, SAID, sdkStage, shows, TEMPERS, thrown } from '#test/support/sdk-stage.ts'

const stage = sdkStage()
const client = (token = KEY): BedrockRuntimeClient =>
  new BedrockRuntimeClient({
    region: 'us-east-1',
    endpoint: stage.url,
    token: { token },
    authSchemePreference: ['httpBearerAuth'],
    maxAttempts: 1,
    requestHandler: overHttp1 as never,
  })

const TOOLS: ToolConfiguration = {
  tools: [{ toolSpec: { name: 'weather', description: 'of a city', inputSchema: { json: CITY } } }],
}

interface Said {
  text: string
  reasoning: string
  calls: { id: string; name: string; input: string }[]
  stop: string | undefined
  usage: unknown
  /** The turn, as it is sent back. */
  message: Message
}

async function whole(input: ConverseCommandInput): Promise<Said> {
  const { output, stopReason, usage } = await client().send(new ConverseCommand(input))
  const message: Message = output?.message ?? { role: 'assistant', content: [] }
  const content = message.content ?? []
  return {
    text: content.map((block) => block.text ?? '').join(''),
    reasoning: content.map((block) => block.reasoningContent?.reasoningText?.text ?? '').join(''),
    calls: content.flatMap(({ toolUse }) =>
      toolUse === undefined
        ? []
        : [{ id: toolUse.toolUseId ?? '', name: toolUse.name ?? '', input: JSON.stringify(toolUse.input) }],
    ),
    stop: stopReason,
    usage,
    message,
  }
}

async function streamed(input: ConverseCommandInput): Promise<Said> {
  const { stream } = await client().send(new ConverseStreamCommand(input))
  const told: Said = {
    text: '',
    reasoning: '',
    calls: [],
    stop: undefined,
    usage: undefined,
    message: { role: 'assistant', content: [] },
  }
  const blocks = new Map<number, any>()
  for await (const event of stream ?? []) {
    const start = event.contentBlockStart
    if (start?.start?.toolUse !== undefined) {
      const { toolUseId = '', name = '' } = start.start.toolUse
      told.calls.push({ id: toolUseId, name, input: '' })
      blocks.set(start.contentBlockIndex ?? 0, { toolUse: { toolUseId, name, input: '' } })
    }
    const delta = event.contentBlockDelta
    if (delta !== undefined) take(told, blocks, delta)
    told.stop = event.messageStop?.stopReason ?? told.stop
    told.usage = event.metadata?.usage ?? told.usage
  }
  const content = [...blocks.values()].map((block) =>
    block.toolUse === undefined ? block : { toolUse: { ...block.toolUse, input: JSON.parse(block.toolUse.input) } },
  )
  return { ...told, message: { role: 'assistant', content } }
}

function take(
  told: Said,
  blocks: Map<number, any>,
  { contentBlockIndex = 0, delta }: { contentBlockIndex?: number | undefined; delta?: any },
): void {
  if (delta?.text !== undefined) {
    told.text += delta.text
    const block = blocks.get(contentBlockIndex) ?? { text: '' }
    blocks.set(contentBlockIndex, { text: block.text + delta.text })
  }
  if (delta?.reasoningContent !== undefined) {
    const { text = '', signature } = delta.reasoningContent
    told.reasoning += text
    const { reasoningText } = blocks.get(contentBlockIndex)?.reasoningContent ?? { reasoningText: { text: '' } }
    const next = {
      ...reasoningText,
      text: reasoningText.text + text,
      ...(signature === undefined ? {} : { signature }),
    }
    blocks.set(contentBlockIndex, { reasoningContent: { reasoningText: next } })
  }
  if (delta?.toolUse !== undefined) {
    told.calls.at(-1)!.input += delta.toolUse.input
    blocks.get(contentBlockIndex).toolUse.input += delta.toolUse.input
  }
}

const WAYS = [
  { way: 'Converse', ask: whole },
  { way: 'ConverseStream', ask: streamed },
]

describe.each(TEMPERS)('@aws-sdk/client-bedrock-runtime on %s', (temper) => {
  const input = (text: string): ConverseCommandInput => ({
    modelId: stage.model(temper),
    messages: [{ role: 'user', content: [{ text }] }],
    inferenceConfig: { maxTokens: 2000 },
  })

  test.each(WAYS)('$way gives text, reasoning, stop reason and usage', async ({ ask }) => {
    expect(await ask(input(ASK))).toMatchObject({
      text: SAID.text,
      reasoning: shows(temper),
      stop: 'end_turn',
      usage: { inputTokens: 7, outputTokens: 7, totalTokens: 14 },
    })
  })

  test.each(WAYS)('$way calls a tool, whose answer is heard', async ({ ask }) => {
    const first = await ask({ ...input(CALL), toolConfig: TOOLS })
    const [call] = first.calls
    expect([first.stop, call?.name, Object.keys(JSON.parse(call?.input ?? '{}'))]).toEqual([
      'tool_use',
      'weather',
      ['city'],
    ])
    const result: Message = {
      role: 'user',
      content: [{ toolResult: { toolUseId: call!.id, content: [{ text: 'rain' }] } }],
    }
    const messages = [...(input(CALL).messages ?? []), first.message, result]
    const second = await ask({ ...input(CALL), messages, toolConfig: TOOLS })
    expect([second.text, second.stop]).toEqual(['The tool said: rain', 'end_turn'])
  })

  test('refusals of the platform are exceptions of the SDK', async () => {
    const names = await Promise.all(
      ['429', 'overflow', '401'].map(async (fault) => {
        const error = await thrown(client().send(new ConverseCommand(input(failing(fault)))))
        return [error.name, error.$metadata.httpStatusCode]
      }),
    )
    expect(names).toEqual([
      ['ThrottlingException', 429],
      ['ValidationException', 400],
      ['InternalServerException', 502],
    ])
  })

  test('an error inside a stream is an exception, too', async () => {
    const error = await thrown(streamed(input(failing('error:2:overloaded'))))
    expect(error.name).toMatch(/Exception$/)
  })

  test('tokens are counted', async () => {
    const { messages } = input('How many tokens are these few words?')
    const { inputTokens } = await client().send(
      new CountTokensCommand({ modelId: stage.model(temper), input: { converse: { messages } } }),
    )
    expect(inputTokens).toBeGreaterThan(5)
  })
})

test('what the gateway itself refuses is an exception of the SDK', async () => {
  const input = { messages: [{ role: 'user' as const, content: [{ text: 'hi' }] }] }
  const stranger = await thrown(
    client('sk-tw-nobody-0123456789').send(new ConverseCommand({ ...input, modelId: stage.model('bedrock') })),
  )
  const missing = await thrown(client().send(new ConverseCommand({ ...input, modelId: 'nowhere/nothing' })))
  expect([stranger.name, missing.name]).toEqual(['UnrecognizedClientException', 'ResourceNotFoundException'])
})
