//! The tokens of Anthropic's messages: system prompt, conversation, tools; media flat, since its size is not known.
//! Also what `count_tokens` answers for vendors that cannot count.

use serde_json::Value;

use super::{Estimate, PER_FILE, PER_MESSAGE, PER_PROMPT, PER_TOOL};

impl Estimate {
    pub(super) fn messages(&mut self, body: &Value) {
        self.blocks(body.get("system"));
        let messages = body.get("messages").and_then(Value::as_array);
        for message in messages.into_iter().flatten() {
            self.extra += PER_MESSAGE;
            self.text(message.get("role"));
            self.blocks(message.get("content"));
        }
        let tools = body.get("tools").and_then(Value::as_array);
        for tool in tools.into_iter().flatten() {
            self.extra += PER_TOOL;
            self.definition(tool);
            self.json(tool.get("input_schema"));
        }
        self.extra += PER_PROMPT;
    }

    /// Text, or blocks.
    fn blocks(&mut self, content: Option<&Value>) {
        match content {
            Some(Value::Array(blocks)) => blocks.iter().for_each(|block| self.block(block)),
            other => self.text(other),
        }
    }

    fn block(&mut self, block: &Value) {
        match block.get("type").and_then(Value::as_str) {
            Some("image") => self.extra += self.image_tokens(None),
            Some("document") => self.document(block),
            Some("tool_use" | "server_tool_use") => {
                self.text(block.get("name"));
                self.json(block.get("input"));
            }
            Some("thinking") => self.text(block.get("thinking")),
            _ => {
                self.text(block.get("text"));
                self.text(block.get("title"));
                self.blocks(block.get("content"));
            }
        }
    }

    fn document(&mut self, block: &Value) {
        self.text(block.get("title"));
        let source = block.get("source");
        let field = |name: &str| source.and_then(|source| source.get(name));
        match field("type").and_then(Value::as_str) {
            Some("text") => self.text(field("data")),
            Some("content") => self.blocks(field("content")),
            _ => self.extra += PER_FILE,
        }
    }
}
