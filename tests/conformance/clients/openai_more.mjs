// The openai package for Node, chat completions and responses: what its smaller script elsewhere leaves out.
import OpenAI from 'openai'
import { zodResponseFormat, zodTextFormat } from 'openai/helpers/zod'
import { z } from 'zod'
import { CALLS, DOT, check, main, order, same, test } from './runner.mjs'

const api = (t) => new OpenAI({ baseURL: `${t.base}/v1`, apiKey: t.key, maxRetries: 0, timeout: 30_000 })
const CITY = { type: 'object', required: ['city'], properties: { city: { type: 'string' } } }
const Weather = z.object({ city: z.string(), degrees: z.number() })
const URL = `data:image/png;base64,${DOT}`
const said = (content) => [{ role: 'user', content }]

test('chat_object', async (t) => {
  const asked = { model: t.model, messages: said('weather?'), response_format: zodResponseFormat(Weather, 'weather') }
  const made = await api(t).chat.completions.parse(asked)
  check(Weather.parse(made.choices[0].message.parsed))
  return made
})
test('chat_picture', async (t) => {
  const content = [{ type: 'text', text: 'What is this?' }, { type: 'image_url', image_url: { url: URL } }]
  const made = await api(t).chat.completions.create({ model: t.model, messages: said(content) })
  check(made.usage.prompt_tokens > 85, `${made.usage.prompt_tokens}`)
  return made
})
test('chat_tools_and_results', async (t) => {
  const tools = [{ type: 'function', function: { name: 'get_weather', parameters: CITY } }]
  const asked = { model: t.model, tools, messages: said(order({ calls: CALLS })) }
  const first = await api(t).chat.completions.create(asked)
  const { message } = first.choices[0]
  same(message.tool_calls.map((call) => JSON.parse(call.function.arguments).city), ['Graz', '東京'])
  const results = message.tool_calls.map((call, place) => ({ role: 'tool', tool_call_id: call.id, content: `${20 + place} degrees` }))
  const second = await api(t).chat.completions.create({ ...asked, messages: [...asked.messages, message, ...results] })
  check(['20 degrees', '21 degrees'].every((result) => second.choices[0].message.content.includes(result)))
  return [first, second]
})
test('chat_stream_helper', async (t) => {
  const asked = { model: t.model, messages: said(order({ text: 'in pieces' })), stream_options: { include_usage: true } }
  const made = await api(t).chat.completions.stream(asked).finalChatCompletion()
  same(made.choices[0].message.content, 'in pieces')
  return made
})
test('responses_object', async (t) => {
  const asked = { model: t.model, input: 'weather?', store: false, text: { format: zodTextFormat(Weather, 'weather') } }
  const made = await api(t).responses.parse(asked)
  check(Weather.parse(made.output_parsed))
  return made.output_parsed
})
test('responses_picture', async (t) => {
  const content = [{ type: 'input_text', text: 'What is this?' }, { type: 'input_image', image_url: URL, detail: 'auto' }]
  const made = await api(t).responses.create({ model: t.model, input: said(content), store: false })
  check(made.usage.input_tokens > 85, `${made.usage.input_tokens}`)
  return [made.output_text, made.usage]
})
test('responses_tools_and_results', async (t) => {
  const tools = [{ type: 'function', name: 'get_weather', parameters: CITY, strict: false }]
  const asked = { model: t.model, tools, store: false, input: said(order({ calls: CALLS })) }
  const first = await api(t).responses.create(asked)
  const calls = first.output.filter((item) => item.type === 'function_call')
  same(calls.map((call) => JSON.parse(call.arguments).city), ['Graz', '東京'])
  const results = calls.map((call, place) => ({ type: 'function_call_output', call_id: call.call_id, output: `${20 + place} degrees` }))
  const second = await api(t).responses.create({ ...asked, input: [...asked.input, ...first.output, ...results] })
  check(['20 degrees', '21 degrees'].every((result) => second.output_text.includes(result)), second.output_text)
  return [calls, second.output_text, second.usage]
})
test('responses_thinking', async (t) => {
  const asked = { model: t.model, store: false, reasoning: { effort: 'low', summary: 'auto' }, input: order({ text: 'done', reasoning: 'because' }) }
  const made = await api(t).responses.create(asked)
  const thought = made.output.find((item) => item.type === 'reasoning')
  same(thought.summary.map((part) => part.text).join(''), 'because')
  same(made.output_text, 'done')
  return [made.output, made.usage]
})
test('responses_stream_helper', async (t) => {
  const made = api(t).responses.stream({ model: t.model, store: false, input: order({ text: 'in pieces' }) })
  let text = ''
  made.on('response.output_text.delta', (event) => (text += event.delta))
  const last = await made.finalResponse()
  same([text, last.output_text], ['in pieces', 'in pieces'])
  return last.usage
})
await main()
