//! Undoes the wrapping of free text: `{"input":"..."}`, as it streams, becomes the text.
//! Between the hub's pieces of arguments and the encoder's `custom_tool_call_input` events. A model that writes other
//! arguments than it was told gets them handed over whole at the end; nothing is lost.

/// What comes before the text, blanks left out.
const OPENING: [char; 10] = ['{', '"', 'i', 'n', 'p', 'u', 't', '"', ':', '"'];
/// Where in the opening blanks may stand.
const BLANKS_BEFORE: [usize; 4] = [0, 1, 8, 9];

/// The state of one call's arguments.
#[derive(Clone, Debug, Default)]
pub(super) struct TextInput {
    place: Place,
    /// What was taken while it was not clear that this is wrapped text.
    raw: String,
    high_surrogate: Option<u32>,
}

#[derive(Clone, Debug)]
enum Place {
    /// This many characters of the opening came.
    Opening(usize),
    Text,
    Escape,
    /// Hexadecimal digits of `\u`.
    Unicode(String),
    Behind,
    /// It is something else.
    Other,
}

impl Default for Place {
    fn default() -> Self {
        Self::Opening(0)
    }
}

impl TextInput {
    /// Takes a piece of the arguments and returns the text that it gives.
    pub(super) fn push(&mut self, piece: &str) -> String {
        let mut text = String::new();
        for character in piece.chars() {
            self.character(character, &mut text);
        }
        text
    }

    /// Ends the arguments and returns what was not handed over.
    pub(super) fn finish(&mut self) -> String {
        match std::mem::replace(&mut self.place, Place::Behind) {
            Place::Other => {
                let raw = std::mem::take(&mut self.raw);
                unwrapped(&raw).unwrap_or(raw)
            }
            Place::Opening(_) => std::mem::take(&mut self.raw),
            Place::Text | Place::Escape | Place::Unicode(_) | Place::Behind => String::new(),
        }
    }

    fn character(&mut self, character: char, text: &mut String) {
        match &mut self.place {
            Place::Opening(at) => {
                let at = *at;
                self.raw.push(character);
                self.opening(at, character);
            }
            Place::Other => self.raw.push(character),
            Place::Behind => {}
            Place::Text => match character {
                '"' => self.place = Place::Behind,
                '\\' => self.place = Place::Escape,
                other => text.push(other),
            },
            Place::Escape => {
                self.place = Place::Text;
                match character {
                    'n' => text.push('\n'),
                    't' => text.push('\t'),
                    'r' => text.push('\r'),
                    'b' => text.push('\u{8}'),
                    'f' => text.push('\u{c}'),
                    'u' => self.place = Place::Unicode(String::new()),
                    other => text.push(other),
                }
            }
            Place::Unicode(digits) => {
                digits.push(character);
                if digits.len() >= 4 {
                    let code = u32::from_str_radix(digits, 16).unwrap_or(0xFFFD);
                    self.place = Place::Text;
                    self.code(code, text);
                }
            }
        }
    }

    fn opening(&mut self, at: usize, character: char) {
        if character.is_whitespace() && BLANKS_BEFORE.contains(&at) {
            return;
        }
        if OPENING.get(at) != Some(&character) {
            self.place = Place::Other;
        } else if at + 1 == OPENING.len() {
            self.place = Place::Text;
            self.raw = String::new();
        } else {
            self.place = Place::Opening(at + 1);
        }
    }

    /// Characters beyond the first plane come as two codes.
    fn code(&mut self, code: u32, text: &mut String) {
        match (self.high_surrogate.take(), code) {
            (Some(high), 0xDC00..=0xDFFF) => {
                let joined = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00);
                text.push(char::from_u32(joined).unwrap_or('\u{FFFD}'));
            }
            (_, 0xD800..=0xDBFF) => self.high_surrogate = Some(code),
            (_, code) => text.push(char::from_u32(code).unwrap_or('\u{FFFD}')),
        }
    }
}

/// Returns the text of whole arguments that have more than the text, or have it later.
fn unwrapped(raw: &str) -> Option<String> {
    let arguments = serde_json::from_str::<serde_json::Value>(raw).ok()?;
    let text = arguments.get(super::TEXT_ARGUMENT)?.as_str()?;
    Some(text.to_owned())
}

/// Returns the text of whole arguments.
pub(super) fn text_of(arguments: &str) -> String {
    let mut input = TextInput::default();
    let mut text = input.push(arguments);
    text.push_str(&input.finish());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_comes_out_however_the_arguments_are_cut() {
        let wanted = "*** Begin \"Patch\"\n\\ é 😀 \u{1}/";
        let plain = serde_json::json!({ "input": wanted }).to_string();
        let spaced = plain.replacen("{\"input\":", " {\n \"input\" : ", 1);
        let escaped = plain
            .replace('😀', "\\ud83d\\ude00")
            .replace('é', "\\u00e9");
        for arguments in [plain, spaced, escaped] {
            assert_eq!(text_of(&arguments), wanted);
            let mut input = TextInput::default();
            let mut text = String::new();
            for character in arguments.chars() {
                text.push_str(&input.push(&character.to_string()));
            }
            text.push_str(&input.finish());
            assert_eq!(text, wanted);
        }
    }

    #[test]
    fn other_arguments_are_handed_over_whole() {
        assert_eq!(text_of("*** Begin Patch"), "*** Begin Patch");
        assert_eq!(text_of(r#"{"note":1,"input":"a"}"#), "a");
        assert_eq!(text_of(r#"{"patch":"a"}"#), r#"{"patch":"a"}"#);
        assert_eq!(text_of(""), "");
    }
}
