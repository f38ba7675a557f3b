/* Ready calls for a new key, in the languages people paste from. Pure. */

export const SNIPPETS = ["curl", "python", "node"] as const;
export type SnippetName = (typeof SNIPPETS)[number];
export const SNIPPET_TITLES: Record<SnippetName, string> = {
  curl: "curl",
  python: "Python",
  node: "Node.js",
};

type Facts = { origin: string; key: string; model: string };

const WRITERS: Record<SnippetName, (facts: Facts) => string> = {
  curl: ({ origin, key, model }) => `curl ${origin}/v1/chat/completions \\
  -H "Authorization: Bearer ${key}" \\
  -H "Content-Type: application/json" \\
  -d '{"model": "${model}", "messages": [{"role": "user", "content": "Hello"}]}'`,
  python: ({ origin, key, model }) => `from openai import OpenAI

client = OpenAI(base_url="${origin}/v1", api_key="${key}")
reply = client.chat.completions.create(
    model="${model}",
    messages=[{"role": "user", "content": "Hello"}],
)
print(reply.choices[0].message.content)`,
  node: ({ origin, key, model }) => `import OpenAI from "openai";

const client = new OpenAI({ baseURL: "${origin}/v1", apiKey: "${key}" });
const reply = await client.chat.completions.create({
  model: "${model}",
  messages: [{ role: "user", content: "Hello" }],
});
console.log(reply.choices[0].message.content);`,
};

/** Returns the snippet with this server's address, the key and a model the key may use. */
export function snippet(name: SnippetName, facts: Facts): string {
  return WRITERS[name](facts);
}
