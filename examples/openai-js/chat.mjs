// The official OpenAI SDK; only the base URL and the key are the gateway's.
import OpenAI from 'openai'

const client = new OpenAI({
  baseURL: `${process.env.TONGWEN_URL ?? 'http://127.0.0.1:8787'}/v1`,
  apiKey: process.env.TONGWEN_KEY,
})
const model = process.env.TONGWEN_MODEL ?? 'simulator/echo'

const stream = await client.chat.completions.create({
  model,
  messages: [{ role: 'user', content: 'Hello from the OpenAI SDK' }],
  stream: true,
  stream_options: { include_usage: true },
})
for await (const chunk of stream) {
  process.stdout.write(chunk.choices[0]?.delta.content ?? '')
  if (chunk.usage) process.stdout.write(`\n${chunk.usage.prompt_tokens} + ${chunk.usage.completion_tokens} tokens\n`)
}
