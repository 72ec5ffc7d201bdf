import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseRecording } from '#simulator/recording.ts'
import { type SimulatorServer, startSimulator } from '#simulator/server.ts'
import { byAnthropic, byAws, byGoogle, byOpenai, byResponses, type BySdk, type Heard } from '#test/support/by-sdk.ts'
import { startTestGateway, type TestGateway } from '#test/support/gateway.ts'
import { HAVE_RECORDINGS, recordedLines, recordedText } from '#test/support/recordings.ts'

const RESPONSES = 'openai/responses-reasoning.chunks.jsonl'

interface Recorded {
  readonly platform: string
  readonly model: string
  readonly name: string
  readonly told: (lines: readonly any[]) => Heard
  /** Of several in the file. */
  readonly turn?: number
}

/** Answers of platforms whose first dialect is their own, played to every official SDK. */
const STREAMS: readonly Recorded[] = [
  { platform: 'gemini', model: 'gemini-3-pro-preview', name: 'gemini/text.chunks.jsonl', told: toldByGemini },
  { platform: 'gemini', model: 'gemini-3-pro-preview', name: 'gemini/tool-call.chunks.jsonl', told: toldByGemini },
  { platform: 'bedrock', model: 'anthropic.claude-opus-4-8', name: 'bedrock/text.chunks.jsonl', told: toldByBedrock },
  // Four turns of one conversation: the first thinks and calls, the last says it.
  { platform: 'openai', model: 'gpt-6-sol', name: RESPONSES, told: toldByResponses, turn: 0 },
  { platform: 'openai', model: 'gpt-6-sol', name: RESPONSES, told: toldByResponses, turn: 3 },
]

/** As naively as possible: the judge of our parsers. */
function toldByGemini(lines: readonly any[]): Heard {
  const parts = lines.flatMap((line) => line.candidates?.[0]?.content?.parts ?? [])
  const { promptTokenCount, candidatesTokenCount, thoughtsTokenCount = 0 } = lines.at(-1).usageMetadata
  return {
    text: parts.map((part) => (part.thought === true ? '' : (part.text ?? ''))).join(''),
    calls: parts.flatMap(({ functionCall: call }) =>
      call === undefined ? [] : [{ name: call.name, arguments: call.args }],
    ),
    usage: [promptTokenCount, candidatesTokenCount + thoughtsTokenCount],
  }
}

function toldByBedrock(lines: readonly any[]): Heard {
  const { usage } = lines.find(({ metadata }) => metadata !== undefined).metadata
  return {
    text: lines.map(({ contentBlockDelta: block }) => block?.delta.text ?? '').join(''),
    calls: [],
    usage: [usage.inputTokens, usage.outputTokens],
  }
}

function toldByResponses(lines: readonly any[]): Heard {
  const { usage, output } = lines.find(({ type }) => type === 'response.completed').response
  const messages = output.filter(({ type }: any) => type === 'message').flatMap(({ content }: any) => content)
  return {
    text: messages.map(({ text }: any) => text).join(''),
    calls: output.flatMap((item: any) =>
      item.type === 'function_call' ? [{ name: item.name, arguments: JSON.parse(item.arguments) }] : [],
    ),
    usage: [usage.input_tokens, usage.output_tokens],
  }
}

/** A turn's events: each begins with `response.created`. */
function turnOf(lines: readonly string[], turn: number): readonly string[] {
  const begins = lines.flatMap((line, index) => (JSON.parse(line).type === 'response.created' ? [index] : []))
  return lines.slice(begins[turn], begins[turn + 1])
}

const SDKS: readonly (readonly [string, BySdk])[] = [
  ['openai chat', byOpenai],
  ['openai responses', byResponses],
  ['@anthropic-ai/sdk', byAnthropic],
  ['@google/genai', byGoogle],
  ['@aws-sdk/client-bedrock-runtime', byAws],
]

describe.skipIf(!HAVE_RECORDINGS)('recorded answers of Gemini, Bedrock and OpenAI’s responses', () => {
  const stages = new Map<string, SimulatorServer>()
  let gateway: TestGateway

  beforeAll(async () => {
    for (const platform of ['gemini', 'bedrock', 'openai']) stages.set(platform, await startSimulator({ platform }))
    gateway = await startTestGateway({
      providers: {
        gemini: { platform: 'gemini', baseUrl: stages.get('gemini')!.url, apiKey: 'AIza-0123456789' },
        bedrock: {
          platform: 'bedrock',
          region: 'us-east-1',
          baseUrl: stages.get('bedrock')!.url,
          apiKey: 'bedrock-0123',
        },
        openai: {
          platform: 'openai',
          dialect: 'openai-responses',
          baseUrl: stages.get('openai')!.url,
          apiKey: 'sk-0123456789',
        },
      },
    })
  })
  afterAll(async () => {
    await gateway.stop()
    await Promise.all([...stages.values()].map((stage) => stage.close()))
  })

  describe.each(STREAMS)('$name $turn', ({ platform, model, name, told, turn }) => {
    const simulator = (): SimulatorServer['simulator'] => stages.get(platform)!.simulator

    test.each(SDKS)('is told rightly by %s, however its bytes are cut', async (_sdk, heardBy) => {
      const payloads = turn === undefined ? recordedLines(name) : turnOf(recordedLines(name), turn)
      const lines = payloads.map((line) => JSON.parse(line))
      const recording = { kind: 'stream', payloads } as const
      for (const split of [{ kind: 'frame' }, { kind: 'byte' }, { kind: 'random', seed: 7 }] as const) {
        simulator().change({ recording, split })
        expect(await heardBy(gateway, `${platform}/${model}`, 'How many?')).toEqual(told(lines))
      }
    })
  })

  test('a stream of Gemini leaves byte for byte as it came', async () => {
    const name = 'gemini/text.chunks.jsonl'
    stages
      .get('gemini')!
      .simulator.change({ recording: parseRecording(recordedText(name), name), split: { kind: 'frame' } })
    const path = '/v1beta/models/gemini-3-pro-preview:streamGenerateContent?alt=sse'
    const body = { contents: [{ role: 'user', parts: [{ text: 'How many?' }] }] }
    const direct = await fetch(stages.get('gemini')!.url + path, { method: 'POST', body: JSON.stringify(body) })
    const through = await gateway.post(path.replace('models/', 'models/gemini/'), body)
    expect(await through.text()).toBe(await direct.text())
  })

  test('an error inside a stream of responses is an error to every SDK', async () => {
    const name = 'openai/responses-error.chunks.jsonl'
    const { simulator } = stages.get('openai')!
    simulator.change({ recording: parseRecording(recordedText(name), name), split: { kind: 'frame' } })
    for (const [, heardBy] of SDKS) {
      const outcome = await heardBy(gateway, 'openai/gpt-6-sol', 'Hi').then(
        () => 'answered',
        (error: unknown) => (error instanceof Error ? 'error' : 'other'),
      )
      expect(outcome).toBe('error')
    }
  })

  test.each([
    ['gemini', '/v1beta/models/gemini/gemini-3-pro-preview:generateContent', 'gemini/text.json'],
    ['bedrock', '/model/bedrock%2Fanthropic.claude-opus-4-8/converse', 'bedrock/text.json'],
  ])('a whole answer of %s leaves as it came', async (platform, path, name) => {
    stages
      .get(platform)!
      .simulator.change({ recording: parseRecording(recordedText(name), name), split: { kind: 'all' } })
    const body =
      platform === 'gemini'
        ? { contents: [{ role: 'user', parts: [{ text: 'How many?' }] }] }
        : { messages: [{ role: 'user', content: [{ text: 'How many?' }] }] }
    expect(await (await gateway.post(path, body)).text()).toBe(recordedText(name))
  })
})
