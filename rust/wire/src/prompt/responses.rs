//! The tokens of responses: instructions, input items, tools; media flat, since their size is not known. What a
//! provider keeps (earlier answers, encrypted thinking) is not in the request and not counted.

use serde_json::Value;

use super::{Estimate, PER_AUDIO, PER_FILE, PER_MESSAGE, PER_PROMPT, PER_TOOL, listed};

impl Estimate {
    pub(super) fn responses(&mut self, body: &Value) {
        self.said(body.get("instructions"));
        match body.get("input") {
            Some(Value::Array(items)) => items.iter().for_each(|item| self.item(item)),
            Some(text) => {
                self.extra += PER_MESSAGE;
                self.text(Some(text));
            }
            None => {}
        }
        for tool in listed(body.get("tools")) {
            self.extra += PER_TOOL;
            self.definition(tool);
            self.json(tool.get("format"));
            for inner in listed(tool.get("tools")) {
                self.extra += PER_TOOL;
                self.definition(inner);
            }
        }
        self.extra += PER_PROMPT;
    }

    /// One item of the conversation.
    fn item(&mut self, item: &Value) {
        match item.get("type").and_then(Value::as_str) {
            None | Some("message") => {
                self.extra += PER_MESSAGE;
                self.text(item.get("role"));
                self.said(item.get("content"));
            }
            Some("reasoning") => {
                self.said(item.get("summary"));
                self.said(item.get("content"));
            }
            _ => {
                for field in ["name", "arguments", "input", "code", "queries"] {
                    self.words(item.get(field));
                }
                self.json(item.get("action"));
                self.said(item.get("output"));
            }
        }
    }

    /// Text, an object that is one part, or parts.
    fn said(&mut self, content: Option<&Value>) {
        for part in listed(content) {
            match part {
                Value::String(_) => self.text(Some(part)),
                Value::Object(_) => self.piece(part),
                _ => {}
            }
        }
    }

    fn piece(&mut self, part: &Value) {
        match part.get("type").and_then(Value::as_str) {
            Some("input_image" | "computer_screenshot") => {
                self.extra += self.image_tokens(Some(part));
            }
            Some("input_file") => self.extra += PER_FILE,
            Some("input_audio") => self.extra += PER_AUDIO,
            Some("message") => self.item(part),
            Some("input_text" | "output_text" | "summary_text" | "reasoning_text" | "text") => {
                self.text(part.get("text"));
            }
            Some("refusal") => self.text(part.get("refusal")),
            _ => self.strings(part),
        }
    }

    /// A text, or a list of them.
    fn words(&mut self, value: Option<&Value>) {
        for text in listed(value) {
            self.text(Some(text));
        }
    }
}
