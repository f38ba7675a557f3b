// Google's package for Node: what its smaller script elsewhere leaves out.
import { GoogleGenAI } from '@google/genai'
import { CALLS, DOT, check, main, order, same, test } from './runner.mjs'

const api = (t) => new GoogleGenAI({ apiKey: t.key, httpOptions: { baseUrl: t.base, timeout: 30_000 } })
const ask = (t, contents, config = {}) => ({ model: t.model, contents, config })
const CITY = { type: 'object', required: ['city'], properties: { city: { type: 'string' } } }
const tools = [{ functionDeclarations: [{ name: 'get_weather', parametersJsonSchema: CITY }] }]
const read = (made) => [made.candidates, made.usageMetadata]

test('tools_and_results', async (t) => {
  const asked = { role: 'user', parts: [{ text: order({ calls: CALLS }) }] }
  const first = await api(t).models.generateContent(ask(t, [asked], { tools }))
  same(first.functionCalls.map((call) => call.args.city), ['Graz', '東京'])
  const results = first.functionCalls.map((call, place) => ({ functionResponse: { id: call.id, name: call.name, response: { output: `${20 + place} degrees` } } }))
  const history = [asked, first.candidates[0].content, { role: 'user', parts: results }]
  const second = await api(t).models.generateContent(ask(t, history, { tools }))
  check(['20 degrees', '21 degrees'].every((result) => second.text.includes(result)), second.text)
  return [read(first), read(second)]
})
test('picture', async (t) => {
  const parts = [{ text: 'What is this?' }, { inlineData: { mimeType: 'image/png', data: DOT } }]
  const made = await api(t).models.generateContent(ask(t, [{ role: 'user', parts }]))
  check(made.usageMetadata.promptTokenCount > 85, `${made.usageMetadata.promptTokenCount}`)
  return read(made)
})
test('object', async (t) => {
  const made = await api(t).models.generateContent(ask(t, 'weather?', { responseMimeType: 'application/json', responseJsonSchema: CITY }))
  same(typeof JSON.parse(made.text).city, 'string')
  return read(made)
})
test('thinking_in_a_stream', async (t) => {
  const config = { thinkingConfig: { includeThoughts: true, thinkingBudget: 1024 } }
  let thought = '', text = ''
  for await (const chunk of await api(t).models.generateContentStream(ask(t, order({ text: 'done', reasoning: 'because' }), config))) {
    for (const part of chunk.candidates?.[0]?.content?.parts ?? []) {
      if (part.thought) thought += part.text ?? ''
      else text += part.text ?? ''
    }
  }
  same([thought, text], ['because', 'done'])
})
test('cached_tokens', async (t) => {
  const made = await api(t).models.generateContent(ask(t, order({ text: 'plain', usage: { input: 120, output: 4, cached: 50 } })))
  same([made.usageMetadata.promptTokenCount, made.usageMetadata.cachedContentTokenCount], [120, 50])
  return read(made)
})
test('error_429', async (t) => {
  const asked = api(t).models.generateContent(ask(t, order({ fault: { kind: 'status', status: 429 } })))
  await asked.then(() => check(false, 'it answered'), (error) => same(error.status, 429))
})
await main()
