//! A validating JSON scanner that builds nothing: it walks a document once and hands out borrowed pieces.
//! The envelope, the taps and the reply skimmers stand on it. It checks the whole grammar of what it passes
//! (strings, escapes, numbers, literals, nesting), and never looks at a byte twice without need.

use std::borrow::Cow;
use std::ops::Range;

/// Nesting beyond this is refused.
pub(crate) const MAX_DEPTH: u32 = 128;

/// Why a document is not readable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JsonError {
    /// The grammar is broken at this byte offset.
    Syntax(usize),
    /// More than [`MAX_DEPTH`] nested arrays and objects.
    TooDeep,
}

/// What kind of value comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Object,
    Array,
    String,
    Number,
    True,
    False,
    Null,
}

/// A string token: its place with the quotes, and whether it holds escapes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) span: Range<usize>,
    pub(crate) escaped: bool,
}

/// A position in a document.
#[derive(Clone, Debug)]
pub(crate) struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    depth: u32,
    inline: Inline,
}

/// Media that stand in a document as base64, as far as it was passed.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Inline {
    pub(crate) items: usize,
    pub(crate) bytes: usize,
}

impl<'a> Scanner<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            depth: 0,
            inline: Inline { items: 0, bytes: 0 },
        }
    }

    /// Returns what was passed of media.
    pub(crate) const fn inline(&self) -> Inline {
        self.inline
    }

    fn note_inline(&mut self, token: &Text) {
        if !token.escaped && is_base64(self.slice(token.span.start + 1..token.span.end - 1)) {
            self.inline.items += 1;
            self.inline.bytes += token.span.len();
        }
    }

    /// Returns the current byte offset.
    pub(crate) const fn offset(&self) -> usize {
        self.at
    }

    /// Returns the bytes of a span that this scanner handed out.
    pub(crate) fn slice(&self, span: Range<usize>) -> &'a [u8] {
        self.bytes.get(span).unwrap_or_default()
    }

    const fn broken<T>(&self) -> Result<T, JsonError> {
        Err(JsonError::Syntax(self.at))
    }

    fn byte(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_whitespace(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.byte() {
            self.at += 1;
        }
    }

    fn expect(&mut self, wanted: u8) -> Result<(), JsonError> {
        if self.byte() == Some(wanted) {
            self.at += 1;
            return Ok(());
        }
        self.broken()
    }

    /// Moves to the next value and says what it is, without consuming it.
    pub(crate) fn peek(&mut self) -> Result<Kind, JsonError> {
        self.skip_whitespace();
        match self.byte() {
            Some(b'"') => Ok(Kind::String),
            Some(b'{') => Ok(Kind::Object),
            Some(b'[') => Ok(Kind::Array),
            Some(b't') => Ok(Kind::True),
            Some(b'f') => Ok(Kind::False),
            Some(b'n') => Ok(Kind::Null),
            Some(b'-' | b'0'..=b'9') => Ok(Kind::Number),
            _ => self.broken(),
        }
    }

    /// Checks that nothing but whitespace is left.
    pub(crate) fn end(&mut self) -> Result<(), JsonError> {
        self.skip_whitespace();
        if self.at == self.bytes.len() {
            Ok(())
        } else {
            self.broken()
        }
    }

    fn enter(&mut self, opening: u8) -> Result<(), JsonError> {
        self.skip_whitespace();
        self.expect(opening)?;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(JsonError::TooDeep);
        }
        Ok(())
    }

    /// Consumes the opening brace.
    pub(crate) fn enter_object(&mut self) -> Result<(), JsonError> {
        self.enter(b'{')
    }

    /// Consumes the opening bracket.
    pub(crate) fn enter_array(&mut self) -> Result<(), JsonError> {
        self.enter(b'[')
    }

    /// Goes to the next key of the entered object and consumes it with its colon; `None` after the closing brace.
    pub(crate) fn next_key(&mut self, first: &mut bool) -> Result<Option<Text>, JsonError> {
        self.skip_whitespace();
        if self.byte() == Some(b'}') {
            self.at += 1;
            self.depth = self.depth.saturating_sub(1);
            return Ok(None);
        }
        if !std::mem::replace(first, false) {
            self.expect(b',')?;
            self.skip_whitespace();
        }
        let key = self.string()?;
        self.skip_whitespace();
        self.expect(b':')?;
        Ok(Some(key))
    }

    /// Goes to the next element of the entered array; `false` after the closing bracket.
    pub(crate) fn next_element(&mut self, first: &mut bool) -> Result<bool, JsonError> {
        self.skip_whitespace();
        if self.byte() == Some(b']') {
            self.at += 1;
            self.depth = self.depth.saturating_sub(1);
            return Ok(false);
        }
        if !std::mem::replace(first, false) {
            self.expect(b',')?;
        }
        Ok(true)
    }

    /// Consumes a string.
    pub(crate) fn string(&mut self) -> Result<Text, JsonError> {
        self.skip_whitespace();
        let start = self.at;
        self.expect(b'"')?;
        let mut escaped = false;
        let mut at = self.at;
        loop {
            at = plain_run_end(self.bytes, at);
            match self.bytes.get(at) {
                Some(b'"') => {
                    self.at = at + 1;
                    return Ok(Text {
                        span: start..self.at,
                        escaped,
                    });
                }
                Some(b'\\') => {
                    escaped = true;
                    at = self.escape_end(at)?;
                }
                _ => return Err(JsonError::Syntax(at)),
            }
        }
    }

    /// Returns where the escape at `at` ends.
    fn escape_end(&self, at: usize) -> Result<usize, JsonError> {
        match self.bytes.get(at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
            Some(b'u') => {
                let digits = self.bytes.get(at + 2..at + 6);
                let is_hex = digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
                if is_hex {
                    Ok(at + 6)
                } else {
                    Err(JsonError::Syntax(at + 2))
                }
            }
            _ => Err(JsonError::Syntax(at + 1)),
        }
    }

    fn digits(&mut self) -> Result<(), JsonError> {
        let start = self.at;
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start {
            self.broken()
        } else {
            Ok(())
        }
    }

    /// Consumes a number and returns its text.
    pub(crate) fn number(&mut self) -> Result<&'a [u8], JsonError> {
        self.skip_whitespace();
        let start = self.at;
        if self.byte() == Some(b'-') {
            self.at += 1;
        }
        if self.byte() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.byte() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.byte() {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(self.slice(start..self.at))
    }

    fn literal(&mut self, word: &[u8]) -> Result<(), JsonError> {
        if self.bytes.get(self.at..self.at + word.len()) == Some(word) {
            self.at += word.len();
            return Ok(());
        }
        self.broken()
    }

    /// Consumes one whole value of any kind, checking all of it, and returns its place.
    pub(crate) fn skip(&mut self) -> Result<Range<usize>, JsonError> {
        self.skip_whitespace();
        let start = self.at;
        self.pass()?;
        Ok(start..self.at)
    }

    /// Consumes one whole value of any kind, checking all of it.
    pub(crate) fn pass(&mut self) -> Result<(), JsonError> {
        match self.peek()? {
            Kind::String => {
                let token = self.string()?;
                if token.span.len() >= INLINE_BYTES {
                    self.note_inline(&token);
                }
                Ok(())
            }
            Kind::Number => self.number().map(|_| ()),
            Kind::True => self.literal(b"true"),
            Kind::False => self.literal(b"false"),
            Kind::Null => self.literal(b"null"),
            Kind::Object => {
                self.enter_object()?;
                let mut first = true;
                while self.next_key(&mut first)?.is_some() {
                    self.pass()?;
                }
                Ok(())
            }
            Kind::Array => {
                self.enter_array()?;
                let mut first = true;
                while self.next_element(&mut first)? {
                    self.pass()?;
                }
                Ok(())
            }
        }
    }

    /// Consumes one whole value without checking what is inside arrays and objects, only their nesting and strings.
    pub(crate) fn pass_unchecked(&mut self) -> Result<(), JsonError> {
        if !matches!(self.peek()?, Kind::Array | Kind::Object) {
            return self.pass();
        }
        let mut open = 0_u32;
        loop {
            self.at = next_nesting(self.bytes, self.at);
            match self.byte() {
                Some(b'"') => self.string().map(|_| ())?,
                Some(b'[' | b'{') => {
                    self.at += 1;
                    open += 1;
                }
                Some(_) => {
                    self.at += 1;
                    open -= 1;
                    if open == 0 {
                        return Ok(());
                    }
                }
                None => return self.broken(),
            }
        }
    }

    /// Returns the text of a string token; what is not UTF-8 is replaced.
    pub(crate) fn text(&self, token: &Text) -> Cow<'a, str> {
        let raw = self.slice(token.span.start + 1..token.span.end.saturating_sub(1));
        if token.escaped {
            Cow::Owned(unescape(raw))
        } else {
            String::from_utf8_lossy(raw)
        }
    }

    /// Returns the bytes of a key for matching; escapes are resolved.
    pub(crate) fn key(&self, token: &Text) -> Cow<'a, [u8]> {
        let raw = self.slice(token.span.start + 1..token.span.end.saturating_sub(1));
        if token.escaped {
            Cow::Owned(unescape(raw).into_bytes())
        } else {
            Cow::Borrowed(raw)
        }
    }
}

/// Shorter strings are not looked at: as text they are no more than media are counted for.
const INLINE_BYTES: usize = 16 * 1024;
/// Bytes at either end that are looked at.
const INLINE_SAMPLE: usize = 512;

/// Whether a long string is base64, as a `data:` URL or bare: words do not come without blanks and points.
fn is_base64(text: &[u8]) -> bool {
    let is_url = text.starts_with(b"data:");
    let head = text.get(..INLINE_SAMPLE).unwrap_or(text);
    let start = memchr::memchr(b',', head).filter(|_| is_url);
    let start = start.map_or(0, |comma| comma + 1);
    let tail = text.len().saturating_sub(INLINE_SAMPLE);
    let of = |byte: &u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_')
    };
    let sample = |from: usize| text.get(from..from + INLINE_SAMPLE).unwrap_or_default();
    sample(start).iter().all(of) && sample(tail).iter().all(of)
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// Marks (in the high bit of each byte) bytes that are a quote, a backslash or a control character. The lowest mark is exact.
const fn special_bytes(word: u64) -> u64 {
    let quote = word ^ (ONES * b'"' as u64);
    let backslash = word ^ (ONES * b'\\' as u64);
    let is_quote = quote.wrapping_sub(ONES) & !quote;
    let is_backslash = backslash.wrapping_sub(ONES) & !backslash;
    let is_control = word.wrapping_sub(ONES * 0x20) & !word;
    (is_quote | is_backslash | is_control) & HIGHS
}

/// Marks bytes that are a quote, a bracket or a brace. The lowest mark is exact.
const fn nesting_bytes(word: u64) -> u64 {
    // Brackets and braces differ in one bit.
    let folded = word | (ONES * 0x20);
    let quote = word ^ (ONES * b'"' as u64);
    let opening = folded ^ (ONES * b'{' as u64);
    let closing = folded ^ (ONES * b'}' as u64);
    let is_quote = quote.wrapping_sub(ONES) & !quote;
    let is_opening = opening.wrapping_sub(ONES) & !opening;
    let is_closing = closing.wrapping_sub(ONES) & !closing;
    (is_quote | is_opening | is_closing) & HIGHS
}

/// Returns the offset of the first byte at or after `from` that `marks` (a word at a time) or `is_marked` (a byte) finds.
fn find_marked(
    bytes: &[u8],
    from: usize,
    marks: impl Fn(u64) -> u64,
    is_marked: impl Fn(u8) -> bool,
) -> usize {
    let mut at = from;
    while let Some(word) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let found = marks(u64::from_le_bytes(*word));
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    let tail = bytes.get(at..).unwrap_or_default();
    at + tail
        .iter()
        .position(|byte| is_marked(*byte))
        .unwrap_or(tail.len())
}

/// Bytes that are looked at in words before a string counts as long.
const NEAR: usize = 32;
/// Bytes of a long string that are looked at together; the compiler makes vectors of them.
const LANE: usize = 64;

/// Returns the offset of the first byte at or after `from` that a string cannot simply contain, or
/// the end.
fn plain_run_end(bytes: &[u8], from: usize) -> usize {
    let near_end = bytes.len().min(from + NEAR);
    let near = bytes.get(..near_end).unwrap_or(bytes);
    let end = find_marked(near, from, special_bytes, is_special);
    if end < near_end {
        return end;
    }
    let rest = bytes.get(near_end..).unwrap_or_default();
    let end = memchr::memchr2(b'"', b'\\', rest).unwrap_or(rest.len());
    near_end + first_control(rest.get(..end).unwrap_or_default())
}

/// Returns the offset of the first control character, or the length. Looked for apart from quote and backslash: those have a
/// search that is made for the processor it runs on (100 KB of text: 9 µs for all three in one loop, 5 µs in two).
fn first_control(run: &[u8]) -> usize {
    let is_control = |byte: &u8| *byte < 0x20;
    let mut at = 0;
    while let Some(lane) = run.get(at..).and_then(<[u8]>::first_chunk::<LANE>) {
        if lane
            .iter()
            .fold(false, |found, byte| found | is_control(byte))
        {
            break;
        }
        at += LANE;
    }
    let tail = run.get(at..).unwrap_or_default();
    at + tail.iter().position(is_control).unwrap_or(tail.len())
}

fn is_special(byte: u8) -> bool {
    matches!(byte, 0..0x20 | b'"' | b'\\')
}

/// Returns the offset of the first quote, bracket or brace at or after `from`, or the end.
pub(crate) fn next_nesting(bytes: &[u8], from: usize) -> usize {
    let is_marked = |byte: u8| matches!(byte, b'"' | b'[' | b']' | b'{' | b'}');
    find_marked(bytes, from, nesting_bytes, is_marked)
}

/// Resolves the escapes of a checked string body. A lone surrogate becomes U+FFFD.
pub(crate) fn unescape(raw: &[u8]) -> String {
    let mut text = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        let (plain, escape) = rest.split_at(at);
        text.extend_from_slice(plain);
        let (used, character) = one_escape(escape);
        text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        rest = escape.get(used..).unwrap_or_default();
    }
    text.extend_from_slice(rest);
    String::from_utf8(text)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn hex_unit(escape: &[u8], at: usize) -> Option<u32> {
    let digits = std::str::from_utf8(escape.get(at..at + 4)?).ok()?;
    u32::from_str_radix(digits, 16).ok()
}

/// Returns how many bytes the escape at the start of `escape` takes and what it stands for.
fn one_escape(escape: &[u8]) -> (usize, char) {
    let simple = match escape.get(1) {
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode_escape(escape),
        Some(byte @ (b'"' | b'\\' | b'/')) => char::from(*byte),
        _ => char::REPLACEMENT_CHARACTER,
    };
    (2, simple)
}

fn unicode_escape(escape: &[u8]) -> (usize, char) {
    let Some(unit) = hex_unit(escape, 2) else {
        return (escape.len(), char::REPLACEMENT_CHARACTER);
    };
    let is_high = (0xD800..0xDC00).contains(&unit);
    if is_high && escape.get(6..8) == Some(b"\\u") {
        let low = hex_unit(escape, 8).filter(|low| (0xDC00..0xE000).contains(low));
        if let Some(low) = low {
            let code = 0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
            return (
                12,
                char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER),
            );
        }
    }
    (
        6,
        char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER),
    )
}

/// Returns the JSON text of a string, quotes included.
pub(crate) fn quoted(text: &str) -> Vec<u8> {
    serde_json::to_vec(text).unwrap_or_default()
}
