/*
 * The channel types: the family's numbers, names and default addresses. Types that cannot carry
 * text (drawing, music, video) and those of vanished resellers are named but not offered.
 */

export type ChannelType = {
  id: number;
  name: string;
  /** Empty: the channel must name its own. */
  baseUrl: string;
  offered: boolean;
};

const OFFERED: [id: number, name: string, baseUrl: string][] = [
  [1, "OpenAI", "https://api.openai.com"],
  [8, "OpenAI compatible", ""],
  [14, "Anthropic", "https://api.anthropic.com"],
  [24, "Google Gemini", "https://generativelanguage.googleapis.com"],
  [41, "Google Vertex AI", ""],
  [3, "Azure OpenAI", ""],
  [33, "AWS Bedrock", ""],
  [43, "DeepSeek", "https://api.deepseek.com"],
  [17, "Alibaba Qwen", "https://dashscope.aliyuncs.com"],
  [25, "Moonshot", "https://api.moonshot.cn"],
  [26, "Zhipu V4", "https://open.bigmodel.cn"],
  [45, "VolcEngine", "https://ark.cn-beijing.volces.com"],
  [35, "MiniMax", "https://api.minimax.chat"],
  [46, "Baidu V2", "https://qianfan.baidubce.com"],
  [23, "Tencent Hunyuan", "https://hunyuan.tencentcloudapi.com"],
  [18, "iFlytek Spark", ""],
  [31, "01.AI", "https://api.lingyiwanwu.com"],
  [48, "xAI", "https://api.x.ai"],
  [42, "Mistral", "https://api.mistral.ai"],
  [20, "OpenRouter", "https://openrouter.ai/api"],
  [40, "SiliconFlow", "https://api.siliconflow.cn"],
  [27, "Perplexity", "https://api.perplexity.ai"],
  [34, "Cohere", "https://api.cohere.ai"],
  [38, "Jina", "https://api.jina.ai"],
  [39, "Cloudflare", "https://api.cloudflare.com"],
  [4, "Ollama", "http://localhost:11434"],
  [47, "Xinference", ""],
  [37, "Dify", "https://api.dify.ai"],
  [49, "Coze", "https://api.coze.cn"],
  [44, "MokaAI", "https://api.moka.ai"],
  [53, "Submodel", "https://llm.submodel.ai"],
  [56, "Replicate", "https://api.replicate.com"],
  [57, "Codex", "https://chatgpt.com"],
];

const NAMED: [id: number, name: string][] = [
  [0, "Unknown"],
  [2, "Midjourney"],
  [5, "Midjourney Plus"],
  [6, "OpenAIMax"],
  [7, "OhMyGPT"],
  [9, "AILS"],
  [10, "AIProxy"],
  [11, "PaLM"],
  [12, "API2GPT"],
  [13, "AIGC2D"],
  [15, "Baidu"],
  [16, "Zhipu"],
  [19, "360"],
  [21, "AIProxy Library"],
  [22, "FastGPT"],
  [36, "Suno"],
  [50, "Kling"],
  [51, "Jimeng"],
  [52, "Vidu"],
  [54, "Doubao Video"],
  [55, "Sora"],
];

export const CHANNEL_TYPES: readonly ChannelType[] = [
  ...OFFERED.map(([id, name, baseUrl]) => ({ id, name, baseUrl, offered: true })),
  ...NAMED.map(([id, name]) => ({ id, name, baseUrl: "", offered: false })),
];

/** Returns the type of a number; an unknown number is shown as itself. */
export function channelType(id: number): ChannelType {
  const known = CHANNEL_TYPES.find((type) => type.id === id);
  return known ?? { id, name: `#${id}`, baseUrl: "", offered: false };
}
