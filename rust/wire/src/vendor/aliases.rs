//! Names of plans that operators type where a base URL belongs.
//! Each stands for one address of Claude's form and one of `OpenAI`'s; read when an address is made.

use crate::endpoint::Family;

struct Plan {
    name: &'static str,
    /// `/v1/messages` follows.
    anthropic: &'static str,
    /// `/chat/completions` follows.
    openai: &'static str,
}

/// After the vendors' pages for coding tools, read in August 2026.
const PLANS: [Plan; 5] = [
    Plan {
        name: "glm-coding-plan",
        anthropic: "https://open.bigmodel.cn/api/anthropic",
        openai: "https://open.bigmodel.cn/api/coding/paas/v4",
    },
    Plan {
        name: "glm-coding-plan-international",
        anthropic: "https://api.z.ai/api/anthropic",
        openai: "https://api.z.ai/api/coding/paas/v4",
    },
    Plan {
        name: "kimi-coding-plan",
        anthropic: "https://api.kimi.com/coding",
        openai: "https://api.kimi.com/coding/v1",
    },
    Plan {
        name: "doubao-coding-plan",
        anthropic: "https://ark.cn-beijing.volces.com/api/coding",
        openai: "https://ark.cn-beijing.volces.com/api/coding/v3",
    },
    // As users of the plan's keys quote it, 2026-11-21; not checked against the vendor's page.
    Plan {
        name: "doubao-agent-plan",
        anthropic: "https://ark.cn-beijing.volces.com/api/plan",
        openai: "https://ark.cn-beijing.volces.com/api/plan/v3",
    },
];

/// Returns the address that a plan's name stands for; `None` when it is no such name.
pub(super) fn base_of_alias(name: &str, family: Family) -> Option<&'static str> {
    let plan = PLANS.iter().find(|plan| plan.name == name)?;
    Some(match family {
        Family::AnthropicMessages => plan.anthropic,
        _ => plan.openai,
    })
}
