// Runs named cases against a gateway, one `PASS name` or `FAIL name why` line each. A case returns what its client read; where
// `--straight` names the provider itself, the same case is asked there, and both readings must be equal.
import assert from 'node:assert/strict'
import { parseArgs } from 'node:util'

const cases = []
export const same = assert.deepStrictEqual
export const check = assert.ok
export const test = (name, run) => cases.push({ name, run })

// Tells the scripted provider what to say; plain text, so that it survives a translation.
export const order = (what) => 'MOCK' + JSON.stringify(what)
export const LONG = 'Grüße, 世界! 👩‍👩‍👧‍👦 '.repeat(20)
export const CALLS = [{ name: 'get_weather', args: { city: 'Graz' } }, { name: 'get_weather', args: { city: '東京' } }]
// A picture of one dot.
export const DOT = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='

// A wave file of silence, so many bytes of it.
export function silence(size) {
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.write('WAVEfmt ', 8)
  head.write('data', 36)
  const numbers = [[4, 36 + size], [16, 16], [24, 16_000], [28, 32_000], [40, size]]
  for (const [at, value] of numbers) head.writeUInt32LE(value, at)
  for (const [at, value] of [[20, 1], [22, 1], [32, 2], [34, 16]]) head.writeUInt16LE(value, at)
  return Buffer.concat([head, Buffer.alloc(size)])
}

// What every gateway may write anew, and what tells of the connection alone.
const LOOSE = new Set(['id', 'created', 'created_at', 'createdAt', 'timestamp', 'headers', 'request', 'response', 'responses', 'event_id', 'item_id',
  'sdkHttpResponse', '_request_id', 'responseId', 'call_id', 'toolCallId', 'completed_at', 'itemId'])

function tidy(value) {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(tidy)
  if (value === null || typeof value !== 'object') return value
  const kept = Object.entries(value).filter(([name, field]) => !LOOSE.has(name) && field !== undefined && typeof field !== 'function')
  return Object.fromEntries(kept.map(([name, field]) => [name, tidy(field)]))
}

async function judge(run, target, straight) {
  const got = await run(target)
  if (straight) assert.deepEqual(tidy(got), tidy(await run({ ...target, base: straight, key: 'sk-straight' })))
}

export async function main() {
  const text = { type: 'string' }
  const { values } = parseArgs({ options: { base: text, key: text, model: text, straight: text, skip: text } })
  const skipped = (values.skip ?? '').split(',')
  let failed = 0
  for (const { name, run } of cases.filter(({ name }) => !skipped.includes(name))) {
    try {
      await judge(run, values, values.straight)
      console.log(`PASS ${name}`)
    } catch (error) {
      failed += 1
      console.log(`FAIL ${name} ${String(error?.message ?? error).replace(/\s+/g, ' ').slice(0, 500)}`)
    }
  }
  process.exit(failed ? 1 : 0)
}
