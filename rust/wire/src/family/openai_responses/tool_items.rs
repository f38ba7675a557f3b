//! Which items of an answer are calls of the provider's own tools, and what sort of images they drew.
//! Read by the tap in its one scan, and by the skimmer out of an item whose long texts were left away.

use crate::canon::ToolCalls;
use crate::family::reading::{each_element, each_field};
use crate::json::{JsonError, Kind, Scanner};

/// The longest word kept of an item, in bytes.
const MAX_WORD: usize = 32;

/// An item as far as it may be a call of the provider's own tools.
#[derive(Default)]
pub(super) struct ToolItem {
    tool: Option<Tool>,
    /// It failed, or it is still running.
    is_unfinished: bool,
    /// A page was opened or read, which is free.
    is_no_search: bool,
    quality: String,
    size: String,
}

#[derive(Clone, Copy)]
enum Tool {
    WebSearch,
    FileSearch,
    CodeInterpreter,
    Image,
}

impl ToolItem {
    /// Consumes a field's value and keeps what it says of a call.
    pub(super) fn note(&mut self, scanner: &mut Scanner<'_>, key: &[u8]) -> Result<(), JsonError> {
        if key == b"action" {
            // Of image calls it is a word.
            return each_field(scanner, |scanner, key| {
                if key == b"type" {
                    self.is_no_search = word(scanner)?.is_some_and(|kind| kind != "search");
                    return Ok(());
                }
                scanner.pass_unchecked()
            });
        }
        if !matches!(key, b"type" | b"status" | b"quality" | b"size") {
            return scanner.pass_unchecked();
        }
        let said = word(scanner)?.unwrap_or_default();
        match key {
            b"type" => self.tool = tool(&said),
            b"status" => self.is_unfinished = said != "completed",
            b"quality" => self.quality = said,
            _ => self.size = said,
        }
        Ok(())
    }

    /// Counts the item if it is a call that ran to its end.
    pub(super) fn count(&self, tools: &mut ToolCalls) {
        if self.is_unfinished {
            return;
        }
        let slot = match self.tool {
            Some(Tool::WebSearch) if !self.is_no_search => &mut tools.web_search,
            Some(Tool::FileSearch) => &mut tools.file_search,
            Some(Tool::CodeInterpreter) => &mut tools.code_interpreter,
            Some(Tool::Image) => return tools.images.count(&self.quality, &self.size),
            Some(Tool::WebSearch) | None => return,
        };
        *slot = slot.saturating_add(1);
    }
}

fn tool(kind: &str) -> Option<Tool> {
    match kind {
        "web_search_call" => Some(Tool::WebSearch),
        "file_search_call" => Some(Tool::FileSearch),
        "code_interpreter_call" => Some(Tool::CodeInterpreter),
        "image_generation_call" => Some(Tool::Image),
        _ => None,
    }
}

/// Consumes a value and returns it if it is a short string.
fn word(scanner: &mut Scanner<'_>) -> Result<Option<String>, JsonError> {
    if scanner.peek()? != Kind::String {
        scanner.pass_unchecked()?;
        return Ok(None);
    }
    let token = scanner.string()?;
    if token.span.len() > MAX_WORD {
        return Ok(Some(String::new()));
    }
    Ok(Some(scanner.text(&token).into_owned()))
}

/// Consumes an item and counts it if it is a tool's call.
pub(crate) fn tool_item(scanner: &mut Scanner<'_>, tools: &mut ToolCalls) -> Result<(), JsonError> {
    let mut item = ToolItem::default();
    each_field(scanner, |scanner, key| item.note(scanner, key))?;
    item.count(tools);
    Ok(())
}

/// Consumes the tools that were offered: whether their searches are of the preview's kind.
pub(crate) fn offered(scanner: &mut Scanner<'_>, tools: &mut ToolCalls) -> Result<(), JsonError> {
    each_element(scanner, |scanner| {
        each_field(scanner, |scanner, key| {
            if key == b"type" {
                let kind = word(scanner)?.unwrap_or_default();
                tools.is_preview |= kind.starts_with("web_search_preview");
                return Ok(());
            }
            scanner.pass_unchecked()
        })
    })
}
