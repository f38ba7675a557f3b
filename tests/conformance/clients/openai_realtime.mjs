// The openai package for Node over a realtime socket: text, a call, two turns.
import { connect } from 'node:net'
import OpenAI from 'openai'
import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { check, main, order, same, test } from './runner.mjs'

const PATIENCE = 20_000
const TOOL = { type: 'function', name: 'get_weather', parameters: { type: 'object', required: ['city'], properties: { city: { type: 'string' } } } }

// Opens a socket, sets it up, lets `talk` use `turn(text)`, which returns the events up to the end of the answer.
async function session(t, setting, talk) {
  const client = new OpenAI({ baseURL: `${t.base}/v1`, apiKey: t.key })
  // The package dials with TLS, always; what it says on the connection is the same without.
  const plain = { createConnection: ({ host, port }) => connect({ host, port }) }
  const socket = new OpenAIRealtimeWS({ model: t.model, options: plain }, client)
  const events = []
  const turn = (text) => new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no end after ${events.map((event) => event.type)}`)), PATIENCE)
    const from = events.length
    socket.once('response.done', () => resolve(events.slice(from)) || clearTimeout(timer))
    socket.once('error', reject)
    socket.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] } })
    socket.send({ type: 'response.create' })
  })
  socket.on('event', (event) => events.push(event))
  try {
    await new Promise((resolve, reject) => {
      socket.socket.once('open', resolve)
      socket.socket.once('error', reject)
    })
    socket.send({ type: 'session.update', session: { type: 'realtime', ...setting } })
    return await talk(turn)
  } finally {
    socket.close()
  }
}
const text = (events) => events.filter((event) => event.type === 'response.output_text.delta').map((event) => event.delta).join('')

test('text_in_two_turns', (t) => session(t, { output_modalities: ['text'] }, async (turn) => {
  const first = await turn(order({ text: 'spoken plainly', usage: { input: 9, output: 3 } }))
  same(text(first), 'spoken plainly')
  const { usage } = first.at(-1).response
  same([usage.input_tokens, usage.output_tokens], [9, 3])
  same(text(await turn(order({ text: 'again' }))), 'again')
  // When a session's own events come is no matter of order.
  return [first.map((event) => event.type).filter((type) => type.startsWith('response.')), usage]
}))
test('call', (t) => session(t, { tools: [TOOL], tool_choice: 'required' }, async (turn) => {
  const done = (await turn('weather?')).find((event) => event.type === 'response.function_call_arguments.done')
  check(JSON.parse(done.arguments).city)
  return done.arguments
}))
await main()
