// The official Anthropic SDK; the model may run on any platform behind the gateway.
import Anthropic from '@anthropic-ai/sdk'

const client = new Anthropic({
  baseURL: process.env.TONGWEN_URL ?? 'http://127.0.0.1:8787',
  apiKey: process.env.TONGWEN_KEY,
})

const { data, response } = await client.messages
  .create({
    model: process.env.TONGWEN_MODEL ?? 'simulator/echo',
    max_tokens: 200,
    top_k: 5,
    messages: [{ role: 'user', content: 'Hello from the Anthropic SDK' }],
  })
  .withResponse()

for (const block of data.content) if (block.type === 'text') console.log(block.text)
console.log('answered by', response.headers.get('x-tongwen-target'))
console.log('lost on the way:', response.headers.get('x-tongwen-warnings') ?? 'nothing')
