//! Family `audio`: transcriptions and translations (a form in; JSON, text or events out) and speech (JSON in; sound or
//! events out). Paths `/v1/audio/...`; errors have the `OpenAI` shape; a stream ends with `*.done` and has no `[DONE]`.
//! Bytes pass through, so there is a tap and no reader or writer of requests; what sound costs is counted in time.

pub mod duration;
pub(crate) mod tap;

use crate::canon::Usage;

/// Characters that are spoken in a second, at the slow end, for holds.
const CHARACTERS_A_SECOND: u64 = 12;
/// Tokens of text that a second of speech becomes, at the fast end, for holds.
const TEXT_TOKENS_A_SECOND: u64 = 5;

/// Returns the tokens that a time of sound counts as: 1,000 a minute, each begun second whole (the family's rule).
pub fn tokens_of(milliseconds: u64) -> u64 {
    milliseconds.div_ceil(1_000).saturating_mul(1_000) / 60
}

/// Returns the tokens that spoken sound counts as: by its time, or one a kilobyte where its form does not tell.
pub fn speech_tokens(head: &[u8], bytes: u64, is_pcm: bool) -> u64 {
    let milliseconds = duration::of_speech(head, bytes, is_pcm);
    milliseconds.map_or(bytes.div_ceil(1_000), tokens_of)
}

/// Returns the content type of sound, by its first bytes; MP3 has many beginnings, and bare samples none.
pub fn kind_of(sound: &[u8]) -> &'static str {
    const KINDS: [(&[u8], &str); 3] = [
        (b"RIFF", "audio/wav"),
        (b"OggS", "audio/ogg"),
        (b"fLaC", "audio/flac"),
    ];
    let found = KINDS.iter().find(|(start, _)| sound.starts_with(start));
    found.map_or("audio/mpeg", |(_, kind)| kind)
}

/// Returns what a speech of so many characters will use.
pub(crate) fn expected_speech(characters: u64) -> Usage {
    let spoken = tokens_of(characters.saturating_mul(1_000) / CHARACTERS_A_SECOND);
    Usage {
        prompt: characters.max(1),
        completion: spoken,
        audio_out: spoken,
        ..Usage::default()
    }
}

/// Returns what a transcript of a file will use, by its first bytes and its size.
pub(crate) fn expected_transcript(head: &[u8], bytes: usize) -> Usage {
    let milliseconds = duration::of_file(head, bytes as u64);
    let prompt = tokens_of(milliseconds).max(1);
    Usage {
        prompt,
        completion: milliseconds
            .div_ceil(1_000)
            .saturating_mul(TEXT_TOKENS_A_SECOND),
        ..Usage::default()
    }
}
