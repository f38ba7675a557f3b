// Anthropic's package for Node: what its smaller script elsewhere leaves out.
import Anthropic from '@anthropic-ai/sdk'
import { CALLS, DOT, check, main, order, same, test } from './runner.mjs'

const api = (t) => new Anthropic({ baseURL: t.base, apiKey: t.key, maxRetries: 0, timeout: 30_000 })
const ask = (t, content, rest = {}) => ({ model: t.model, max_tokens: 2048, messages: [{ role: 'user', content }], ...rest })
const SCHEMA = { type: 'object', required: ['city'], properties: { city: { type: 'string' } }, additionalProperties: false }
const texts = (message) => message.content.filter((block) => block.type === 'text').map((block) => block.text).join('')

test('tools_and_results', async (t) => {
  const asked = ask(t, order({ calls: CALLS }), { tools: [{ name: 'get_weather', input_schema: SCHEMA }] })
  const first = await api(t).messages.create(asked)
  const calls = first.content.filter((block) => block.type === 'tool_use')
  same([calls.map((call) => call.input.city), first.stop_reason], [['Graz', '東京'], 'tool_use'])
  const results = calls.map((call, place) => ({ type: 'tool_result', tool_use_id: call.id, content: `${20 + place} degrees` }))
  const history = [...asked.messages, { role: 'assistant', content: first.content }, { role: 'user', content: results }]
  const second = await api(t).messages.create({ ...asked, messages: history })
  check(['20 degrees', '21 degrees'].every((result) => texts(second).includes(result)), texts(second))
  return [first, second]
})
test('picture', async (t) => {
  const source = { type: 'base64', media_type: 'image/png', data: DOT }
  const made = await api(t).messages.create(ask(t, [{ type: 'image', source }, { type: 'text', text: 'What is this?' }]))
  check(made.usage.input_tokens > 85, `${made.usage.input_tokens}`)
  return made
})
test('object', async (t) => {
  const output_config = { format: { type: 'json_schema', schema: SCHEMA } }
  const made = await api(t).messages.create(ask(t, 'weather?', { output_config }))
  same(typeof JSON.parse(texts(made)).city, 'string')
  return made
})
test('thinking', async (t) => {
  const asked = ask(t, order({ text: 'done', reasoning: 'because' }), { thinking: { type: 'enabled', budget_tokens: 1024 } })
  const made = await api(t).messages.create(asked)
  same([made.content.find((block) => block.type === 'thinking').thinking, texts(made)], ['because', 'done'])
  return made
})
test('cached_tokens', async (t) => {
  const made = await api(t).messages.create(ask(t, order({ text: 'plain', usage: { input: 120, output: 4, cached: 50 } })))
  same([made.usage.input_tokens, made.usage.cache_read_input_tokens], [70, 50])
  return made.usage
})
test('stream_events', async (t) => {
  const kinds = []
  for await (const event of await api(t).messages.create({ ...ask(t, order({ text: 'in pieces' })), stream: true })) kinds.push(event.type)
  same([kinds[0], kinds.at(-1)], ['message_start', 'message_stop'])
  return kinds.filter((kind) => kind !== 'ping')
})
await main()
