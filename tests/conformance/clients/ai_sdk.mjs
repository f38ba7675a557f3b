// Vercel's `ai` with the provider packages of OpenAI (chat and responses), Anthropic and Google: text, streams, tools in several
// steps, objects, pictures, thinking, counts of tokens, errors; what only one of them has stands in `ai_media.mjs`.
import { createAnthropic } from '@ai-sdk/anthropic'
import { createGoogleGenerativeAI } from '@ai-sdk/google'
import { createOpenAI } from '@ai-sdk/openai'
import { generateText, Output, stepCountIs, streamText, tool } from 'ai'
import { z } from 'zod'
import { CALLS, DOT, LONG, check, main, order, same, test } from './runner.mjs'

const FORMS = {
  chat: (t) => createOpenAI({ baseURL: `${t.base}/v1`, apiKey: t.key }).chat(t.model),
  responses: (t) => createOpenAI({ baseURL: `${t.base}/v1`, apiKey: t.key }).responses(t.model),
  anthropic: (t) => createAnthropic({ baseURL: `${t.base}/v1`, apiKey: t.key })(t.model),
  google: (t) => createGoogleGenerativeAI({ baseURL: `${t.base}/v1beta`, apiKey: t.key })(t.model),
}
const THINKING = {
  chat: { openai: { reasoningEffort: 'low', forceReasoning: true } },
  responses: { openai: { reasoningEffort: 'low', reasoningSummary: 'auto', store: false, forceReasoning: true } },
  anthropic: { anthropic: { thinking: { type: 'enabled', budgetTokens: 1024 } } },
  google: { google: { thinkingConfig: { includeThoughts: true, thinkingBudget: 1024 } } },
}
const form = process.argv.splice(2, 1)[0]
// Nothing is stored by what stands behind; responses are asked to say so.
const providerOptions = { openai: { store: false } }
const ask = (t, prompt, rest = {}) => ({ model: FORMS[form](t), maxRetries: 0, providerOptions, prompt, ...rest })
const weather = tool({
  description: 'Tells the weather of a city.',
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => `21 degrees in ${city}`,
})

test('text', async (t) => {
  const made = await generateText(ask(t, order({ text: 'plain', usage: { input: 12, output: 4 } })))
  same(made.text, 'plain')
  same([made.usage.inputTokens, made.usage.outputTokens], [12, 4])
  return [made.content, made.finishReason, made.usage]
})
test('text_cut', async (t) => {
  const made = await generateText(ask(t, order({ text: 'cut off', finish: 'length' }), { maxOutputTokens: 64 }))
  same(made.finishReason, 'length')
})
test('system_and_history', async (t) => {
  const messages = [{ role: 'user', content: 'one' }, { role: 'assistant', content: 'two' }, { role: 'user', content: order({ text: 'three' }) }]
  const made = await generateText({ ...ask(t), prompt: undefined, system: 'Be brief.', messages })
  same(made.text, 'three')
})
test('stream', async (t) => {
  const made = streamText(ask(t, order({ text: LONG, usage: { input: 12, output: 4, cached: 5 } })))
  let text = ''
  for await (const piece of made.textStream) text += piece
  same(text, LONG)
  const usage = await made.totalUsage
  same([usage.inputTokens, usage.cachedInputTokens, usage.outputTokens], [12, 5, 4])
  return [await made.content, await made.finishReason, usage]
})
test('parallel_tools_in_steps', async (t) => {
  const made = await generateText(ask(t, order({ calls: CALLS }), { tools: { get_weather: weather }, stopWhen: stepCountIs(3) }))
  same(made.steps[0].toolCalls.map((call) => call.input.city), ['Graz', '東京'])
  check(made.text.includes('21 degrees in Graz') && made.text.includes('21 degrees in 東京'), made.text)
  return made.steps.map((step) => [step.text, step.finishReason, step.usage])
})
test('streamed_tools', async (t) => {
  const made = streamText(ask(t, order({ calls: CALLS, chunk: 3 }), { tools: { get_weather: weather } }))
  const parts = []
  for await (const part of made.fullStream) parts.push(part)
  const calls = parts.filter((part) => part.type === 'tool-call')
  same(calls.map((call) => call.input.city), ['Graz', '東京'])
  check(!parts.some((part) => part.type === 'error'))
})
test('object', async (t) => {
  const schema = z.object({ city: z.string(), degrees: z.number() })
  const made = await generateText(ask(t, 'What is the weather?', { output: Output.object({ schema }) }))
  check(schema.parse(made.output))
  return made.output
})
test('picture', async (t) => {
  const content = [{ type: 'text', text: 'What is this?' }, { type: 'image', image: Buffer.from(DOT, 'base64'), mediaType: 'image/png' }]
  const made = await generateText({ ...ask(t), prompt: undefined, messages: [{ role: 'user', content }] })
  // The scripted provider counts 85 tokens for a picture.
  check(made.usage.inputTokens > 85, `${made.usage.inputTokens}`)
  return [made.text, made.usage]
})
test('thinking', async (t) => {
  const made = streamText(ask(t, order({ text: 'done', reasoning: 'because' }), { providerOptions: THINKING[form] }))
  same(await made.text, 'done')
  // The package reads no thinking out of chat completions.
  if (form !== 'chat') same(await made.reasoningText, 'because')
})
test('error_429', async (t) => {
  const asked = generateText(ask(t, order({ fault: { kind: 'status', status: 429 } })))
  await asked.then(() => check(false, 'it answered'), (error) => same(error.statusCode, 429))
})
test('error_in_stream', async (t) => {
  const asked = order({ text: LONG, chunk: 2, fault: { kind: 'error_event', after: 4 } })
  const made = streamText({ ...ask(t, asked), onError: () => {} })
  const parts = []
  for await (const part of made.fullStream) parts.push(part.type)
  check(parts.includes('error'), `${parts}`)
})
await main()
