//! Text → words. Every word remembers where it stood, for the messages.

use rust_decimal::Decimal;

use super::ExpressionError;

/// The largest number that may stand in an expression.
const LARGEST: i64 = 1_000_000_000_000;
/// Operators, the longer ones first.
const SIGNS: [&str; 23] = [
    "||", "&&", "==", "!=", "<=", ">=", "??", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":",
    "(", ")", "[", "]", ",", "^",
];

/// One word of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Word {
    Number(Decimal),
    Text(Box<str>),
    Name(Box<str>),
    Sign(&'static str),
}

/// A word and its place, in characters from 1.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) word: Word,
    pub(super) at: usize,
}

/// Divides a text into words.
pub(super) fn words(text: &str) -> Result<Vec<Placed>, ExpressionError> {
    let mut found = Vec::new();
    let mut rest = text;
    let length = text.chars().count();
    loop {
        rest = rest.trim_start();
        let at = length - rest.chars().count() + 1;
        let Some(first) = rest.chars().next() else {
            return Ok(found);
        };
        let (word, after) = match first {
            '0'..='9' | '.' => number(rest, at)?,
            '"' | '\'' | '`' => quoted(rest, first, at)?,
            'a'..='z' | 'A'..='Z' | '_' => {
                let (name, after) = divide(rest, |c: char| c.is_ascii_alphanumeric() || c == '_');
                (Word::Name(name.into()), after)
            }
            _ => sign(rest, first, at)?,
        };
        found.push(Placed { word, at });
        rest = after;
    }
}

/// Divides where `belongs` ends.
fn divide(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|c: char| !belongs(c)).unwrap_or(text.len());
    text.split_at(end)
}

fn sign(rest: &str, first: char, at: usize) -> Result<(Word, &str), ExpressionError> {
    SIGNS
        .iter()
        .find_map(|sign| Some((Word::Sign(sign), rest.strip_prefix(sign)?)))
        .ok_or_else(|| ExpressionError::new(format!("`{first}` is not known"), at))
}

fn number(rest: &str, at: usize) -> Result<(Word, &str), ExpressionError> {
    let (mut digits, mut after) = divide(rest, |c| c.is_ascii_digit() || c == '.' || c == '_');
    let mut power = "";
    if let Some(tail) = after.strip_prefix(['e', 'E']) {
        let unsigned = tail.strip_prefix(['+', '-']).unwrap_or(tail);
        let (_, end) = divide(unsigned, |c| c.is_ascii_digit());
        (power, after) = after.split_at(after.len() - end.len());
    }
    let plain: String = digits.chars().filter(|c| *c != '_').collect();
    digits = &plain;
    let found = if power.is_empty() {
        Decimal::from_str_exact(digits).ok()
    } else {
        Decimal::from_scientific(&format!("{digits}{power}")).ok()
    };
    let found = found.filter(|number| *number <= Decimal::from(LARGEST));
    let message = || format!("`{digits}{power}` is no number up to {LARGEST}");
    let number = found.ok_or_else(|| ExpressionError::new(message(), at))?;
    Ok((Word::Number(number), after))
}

fn quoted(rest: &str, quote: char, at: usize) -> Result<(Word, &str), ExpressionError> {
    let mut text = String::new();
    let mut characters = rest.chars();
    characters.next();
    while let Some(character) = characters.next() {
        match character {
            '\\' if quote != '`' => match characters.next() {
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                Some(other) => text.push(other),
                None => break,
            },
            end if end == quote => return Ok((Word::Text(text.into()), characters.as_str())),
            other => text.push(other),
        }
    }
    Err(ExpressionError::new("a text does not end", at))
}
