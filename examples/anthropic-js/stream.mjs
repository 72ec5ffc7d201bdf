// A stream through the official Anthropic SDK, with its own accumulator.
import Anthropic from '@anthropic-ai/sdk'

const client = new Anthropic({
  baseURL: process.env.TONGWEN_URL ?? 'http://127.0.0.1:8787',
  apiKey: process.env.TONGWEN_KEY,
})

const stream = client.messages.stream({
  model: process.env.TONGWEN_MODEL ?? 'simulator/echo',
  max_tokens: 200,
  messages: [{ role: 'user', content: 'Hello again' }],
})
stream.on('text', (text) => process.stdout.write(text))
const message = await stream.finalMessage()
console.log(`\n${message.stop_reason}, ${message.usage.input_tokens} + ${message.usage.output_tokens} tokens`)
