"""Channel types of the family: number, name, default base URL (management contract §12.2).

Facts only. Unknown numbers are kept and treated as OpenAI compatible with the given base URL.
"""

from __future__ import annotations

from dataclasses import dataclass

OPENAI = 1
OLLAMA = 4
CUSTOM = 8
AZURE = 3
ANTHROPIC = 14
ALI = 17
GEMINI = 24
ZHIPU_V4 = 26
VERTEX = 41

UNTESTABLE = frozenset({2, 5, 36, 50, 51, 52, 54})
"""Midjourney, MidjourneyPlus, Suno, Kling, Jimeng, Vidu, DoubaoVideo: no text to test with."""

PLAN_NAMES = frozenset(
    {
        "glm-coding-plan",
        "glm-coding-plan-international",
        "kimi-coding-plan",
        "doubao-coding-plan",
        "doubao-agent-plan",
    }
)
"""Names that stand for a plan's two addresses where a base URL belongs; the relay knows them."""


@dataclass(frozen=True, slots=True)
class ChannelType:
    """One row of the table; an empty base URL means the channel must name its own."""

    name: str
    base_url: str = ""


CHANNEL_TYPES: dict[int, ChannelType] = {
    0: ChannelType("Unknown"),
    1: ChannelType("OpenAI", "https://api.openai.com"),
    2: ChannelType("Midjourney", "https://oa.api2d.net"),
    3: ChannelType("Azure"),
    4: ChannelType("Ollama", "http://localhost:11434"),
    5: ChannelType("MidjourneyPlus", "https://api.openai-sb.com"),
    6: ChannelType("OpenAIMax", "https://api.openaimax.com"),
    7: ChannelType("OhMyGPT", "https://api.ohmygpt.com"),
    8: ChannelType("Custom"),
    9: ChannelType("AILS", "https://api.caipacity.com"),
    10: ChannelType("AIProxy", "https://api.aiproxy.io"),
    11: ChannelType("PaLM"),
    12: ChannelType("API2GPT", "https://api.api2gpt.com"),
    13: ChannelType("AIGC2D", "https://api.aigc2d.com"),
    14: ChannelType("Anthropic", "https://api.anthropic.com"),
    15: ChannelType("Baidu", "https://aip.baidubce.com"),
    16: ChannelType("Zhipu", "https://open.bigmodel.cn"),
    17: ChannelType("Ali", "https://dashscope.aliyuncs.com"),
    18: ChannelType("Xunfei"),
    19: ChannelType("360", "https://api.360.cn"),
    20: ChannelType("OpenRouter", "https://openrouter.ai/api"),
    21: ChannelType("AIProxyLibrary", "https://api.aiproxy.io"),
    22: ChannelType("FastGPT", "https://fastgpt.run/api/openapi"),
    23: ChannelType("Tencent", "https://hunyuan.tencentcloudapi.com"),
    24: ChannelType("Gemini", "https://generativelanguage.googleapis.com"),
    25: ChannelType("Moonshot", "https://api.moonshot.cn"),
    26: ChannelType("ZhipuV4", "https://open.bigmodel.cn"),
    27: ChannelType("Perplexity", "https://api.perplexity.ai"),
    31: ChannelType("LingYiWanWu", "https://api.lingyiwanwu.com"),
    33: ChannelType("AWS"),
    34: ChannelType("Cohere", "https://api.cohere.ai"),
    35: ChannelType("MiniMax", "https://api.minimax.chat"),
    36: ChannelType("SunoAPI"),
    37: ChannelType("Dify", "https://api.dify.ai"),
    38: ChannelType("Jina", "https://api.jina.ai"),
    39: ChannelType("Cloudflare", "https://api.cloudflare.com"),
    40: ChannelType("SiliconFlow", "https://api.siliconflow.cn"),
    41: ChannelType("VertexAI"),
    42: ChannelType("Mistral", "https://api.mistral.ai"),
    43: ChannelType("DeepSeek", "https://api.deepseek.com"),
    44: ChannelType("MokaAI", "https://api.moka.ai"),
    45: ChannelType("VolcEngine", "https://ark.cn-beijing.volces.com"),
    46: ChannelType("BaiduV2", "https://qianfan.baidubce.com"),
    47: ChannelType("Xinference"),
    48: ChannelType("xAI", "https://api.x.ai"),
    49: ChannelType("Coze", "https://api.coze.cn"),
    50: ChannelType("Kling", "https://api.klingai.com"),
    51: ChannelType("Jimeng", "https://visual.volcengineapi.com"),
    52: ChannelType("Vidu", "https://api.vidu.cn"),
    53: ChannelType("Submodel", "https://llm.submodel.ai"),
    54: ChannelType("DoubaoVideo", "https://ark.cn-beijing.volces.com"),
    55: ChannelType("Sora", "https://api.openai.com"),
    56: ChannelType("Replicate", "https://api.replicate.com"),
    57: ChannelType("Codex", "https://chatgpt.com"),
}


def default_base_url(channel_type: int) -> str:
    """Returns the type's base URL; empty when the channel must name one."""
    known = CHANNEL_TYPES.get(channel_type)
    return known.base_url if known else ""


def type_name(channel_type: int) -> str:
    """Returns the type's name, `type N` for one that we do not know."""
    known = CHANNEL_TYPES.get(channel_type)
    return known.name if known else f"type {channel_type}"
