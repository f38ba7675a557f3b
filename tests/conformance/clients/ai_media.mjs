// Vercel's `ai` beyond chat: embeddings over OpenAI's and Google's packages, pictures, speech and transcripts over OpenAI's.
import { createGoogleGenerativeAI } from '@ai-sdk/google'
import { createOpenAI } from '@ai-sdk/openai'
import { embedMany, experimental_generateSpeech, experimental_transcribe, generateImage } from 'ai'
import { check, main, same, silence, test } from './runner.mjs'

const openai = (t) => createOpenAI({ baseURL: `${t.base}/v1`, apiKey: t.key })
const google = (t) => createGoogleGenerativeAI({ baseURL: `${t.base}/v1beta`, apiKey: t.key })
const maxRetries = 0

test('embeddings', async (t) => {
  const model = openai(t).embedding('text-embedding-3-small')
  const made = await embedMany({ model, values: ['one', 'two three'], maxRetries, providerOptions: { openai: { dimensions: 8 } } })
  same(made.embeddings.map((row) => row.length), [8, 8])
  return [made.embeddings, made.usage]
})
test('embeddings_google', async (t) => {
  const model = google(t).embedding('gemini-embedding-001')
  const made = await embedMany({ model, values: ['one', 'two three'], maxRetries, providerOptions: { google: { outputDimensionality: 8 } } })
  same(made.embeddings.map((row) => row.length), [8, 8])
  return made.embeddings
})
test('picture', async (t) => {
  const made = await generateImage({ model: openai(t).image('gpt-image-1'), prompt: 'a cat', n: 2, size: '1024x1024', maxRetries })
  same(made.images.length, 2)
  return made.images.map((picture) => picture.base64)
})
test('speech', async (t) => {
  const made = await experimental_generateSpeech({ model: openai(t).speech('tts-1'), text: 'hello', voice: 'alloy', outputFormat: 'wav', maxRetries })
  same(Buffer.from(made.audio.uint8Array).subarray(0, 4).toString(), 'RIFF')
  return made.audio.base64
})
test('transcript', async (t) => {
  const made = await experimental_transcribe({ model: openai(t).transcription('whisper-1'), audio: silence(5_000), maxRetries })
  check(made.text.includes('5044'), made.text)
  return [made.text, made.segments, made.durationInSeconds]
})
await main()
