//! The operator's words that no prompt may hold, compiled once a snapshot.
//!
//! Substrings in any case, as in the family. Bytes as they came are looked at first, which is all
//! that nearly every request costs; texts are only taken apart where bytes alone cannot decide.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

/// Longest list and word that are taken, so that a slip of the operator cannot eat the memory.
const MOST_WORDS: usize = 50_000;
const LONGEST_WORD: usize = 1_024;
/// Lists up to this many bytes are compiled into the fastest form, which takes the most memory.
const FAST_BYTES: usize = 16 * 1024;

/// The compiled words.
#[derive(Clone, Debug)]
pub struct WordGuard {
    automaton: AhoCorasick,
    /// Some word has letters beyond ASCII with an upper and a lower case.
    has_wide_case: bool,
}

impl WordGuard {
    /// Compiles a list; `None` when it holds no word.
    #[must_use]
    pub fn compile<'a>(words: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let words: Vec<String> = words
            .into_iter()
            .map(|word| word.trim().to_lowercase())
            .filter(|word| !word.is_empty() && word.len() <= LONGEST_WORD)
            .take(MOST_WORDS)
            .collect();
        if words.is_empty() {
            return None;
        }
        let has_wide_case = words
            .iter()
            .flat_map(|word| word.chars())
            .any(|letter| !letter.is_ascii() && letter.to_uppercase().next() != Some(letter));
        let is_short = words.iter().map(String::len).sum::<usize>() <= FAST_BYTES;
        let automaton = AhoCorasick::builder()
            .kind(is_short.then_some(AhoCorasickKind::DFA))
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .build(&words)
            .ok()?;
        Some(Self {
            automaton,
            has_wide_case,
        })
    }

    /// Tells whether a JSON body surely holds none of the words in any of its texts.
    #[must_use]
    pub fn is_surely_clean(&self, body: &[u8]) -> bool {
        !self.has_wide_case && !has_hiding_escapes(body) && !self.automaton.is_match(body)
    }

    /// Tells whether a text holds one of the words.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        if text.is_ascii() {
            self.automaton.is_match(text)
        } else {
            self.automaton.is_match(&text.to_lowercase())
        }
    }
}

/// Escapes can spell any letter; without these two forms a JSON text's letters stand as they are.
fn has_hiding_escapes(body: &[u8]) -> bool {
    let mut rest = body;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        match rest.get(at + 1) {
            Some(b'u' | b'/' | b'"' | b'\\') => return true,
            _ => rest = rest.get(at + 2..).unwrap_or(&[]),
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(words: &[&str]) -> WordGuard {
        WordGuard::compile(words.iter().copied()).expect("words")
    }

    #[test]
    fn words_are_found_in_any_case_and_inside_others() {
        let guard = guard(&["Badger", "坏词", "плохо"]);
        for text in ["a BADGERS den", "badger", "这是坏词吗", "ПЛОХО"] {
            assert!(guard.is_in(text), "{text}");
        }
        assert!(!guard.is_in("bad ger"));
    }

    #[test]
    fn an_empty_list_is_no_guard() {
        assert!(WordGuard::compile(["", "  "]).is_none());
    }

    #[test]
    fn escapes_that_could_hide_a_word_are_not_trusted() {
        let badger = guard(&["badger"]);
        assert!(badger.is_surely_clean(br#"{"a":"good\ndog"}"#));
        assert!(!badger.is_surely_clean(br#"{"a":"\u0062adger"}"#));
        assert!(!badger.is_surely_clean(br#"{"a":"BADGER"}"#));
        assert!(!guard(&["плохо"]).is_surely_clean(b"{}"));
    }
}
