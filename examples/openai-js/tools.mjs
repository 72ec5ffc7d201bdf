// A tool call and its result, then the answer: two turns with the official OpenAI SDK.
import OpenAI from 'openai'

const client = new OpenAI({
  baseURL: `${process.env.TONGWEN_URL ?? 'http://127.0.0.1:8787'}/v1`,
  apiKey: process.env.TONGWEN_KEY,
})
const model = process.env.TONGWEN_MODEL ?? 'simulator/echo'

const tools = [
  {
    type: 'function',
    function: {
      name: 'weather',
      description: 'The weather in a city',
      parameters: {
        type: 'object',
        properties: { city: { type: 'string', enum: ['Hangzhou', 'Chengdu'] } },
        required: ['city'],
      },
    },
  },
]
const messages = [{ role: 'user', content: 'What is the weather in Hangzhou?' }]

const asked = await client.chat.completions.create({ model, messages, tools, tool_choice: 'required' })
const { message } = asked.choices[0]
for (const call of message.tool_calls) console.log(`calls ${call.function.name}`, JSON.parse(call.function.arguments))

messages.push(message)
for (const call of message.tool_calls) messages.push({ role: 'tool', tool_call_id: call.id, content: '25 °C, sunny' })
const answered = await client.chat.completions.create({ model, messages, tools })
console.log(answered.choices[0].message.content)
