//! Counts tokens with a linear-time byte-pair encoder whose vocabularies are built in.
//! Used only when an upstream reported no usage; [`Meter`] counts a stream piece by piece and keeps 4 KiB of text at most.

use bpe_openai::Tokenizer;

/// How much text a [`Meter`] keeps uncounted, in bytes.
const MAX_PENDING: usize = 4096;
/// Models of the newer vocabulary, by prefix.
const O200K_PREFIXES: [&str; 9] = [
    "gpt-4o", "gpt-4.1", "gpt-4.5", "gpt-5", "gpt-oss", "chatgpt-", "o1", "o3", "o4",
];

/// Gives a vocabulary; unpacks it at the first call.
type Vocabulary = fn() -> &'static Tokenizer;

fn vocabulary(model: &str) -> Vocabulary {
    let name = model.rsplit('/').next().unwrap_or(model);
    let name = name.strip_prefix("ft:").unwrap_or(name);
    if O200K_PREFIXES.iter().any(|prefix| name.starts_with(prefix)) {
        return bpe_openai::o200k_base;
    }
    bpe_openai::cl100k_base
}

/// Unpacks the vocabularies (about 0.1 s and 50 MB each): called at start, off the I/O threads, so that no request waits.
pub fn warm_up() {
    bpe_openai::o200k_base();
    bpe_openai::cl100k_base();
}

/// Returns how many tokens the text is for the model; models of other vendors are counted with `cl100k_base`.
pub fn count(model: &str, text: &str) -> u64 {
    vocabulary(model)().count(text) as u64
}

/// Counts a text that arrives in pieces.
#[derive(Clone)]
pub struct Meter {
    vocabulary: Vocabulary,
    pending: String,
    counted: u64,
}

impl std::fmt::Debug for Meter {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let pending_bytes = self.pending.len();
        let mut debug = formatter.debug_struct("Meter");
        debug
            .field("pending_bytes", &pending_bytes)
            .field("counted", &self.counted);
        debug.finish_non_exhaustive()
    }
}

impl Meter {
    /// Makes a meter for the vocabulary of a model.
    pub fn new(model: &str) -> Self {
        Self {
            vocabulary: vocabulary(model),
            pending: String::new(),
            counted: 0,
        }
    }

    /// Counts what follows with another model's vocabulary.
    pub fn set_model(&mut self, model: &str) {
        self.vocabulary = vocabulary(model);
    }

    /// Adds a piece of text. Counts what is complete once 4 KiB have come together.
    pub fn push(&mut self, text: &str) {
        let mut rest = text;
        while self.pending.len() + rest.len() > MAX_PENDING {
            let room = MAX_PENDING.saturating_sub(self.pending.len());
            let (fits, behind) = rest.split_at(rest.floor_char_boundary(room));
            self.pending.push_str(fits);
            rest = behind;
            self.count_pending();
        }
        self.pending.push_str(rest);
    }

    /// Returns the tokens of everything pushed so far.
    pub fn total(&self) -> u64 {
        self.counted + (self.vocabulary)().count(self.pending.as_str()) as u64
    }

    fn count_pending(&mut self) {
        let cut = safe_cut(&self.pending);
        let (done, open) = self.pending.split_at(cut);
        self.counted += (self.vocabulary)().count(done) as u64;
        self.pending = open.to_owned();
    }
}

/// Returns the last place where cutting does not change the tokens: before a blank between a visible character and a letter,
/// or before ideographic punctuation. Without one, the end.
fn safe_cut(text: &str) -> usize {
    let mut next: Option<char> = None;
    let mut following: Option<char> = None;
    for (at, character) in text.char_indices().rev() {
        if let (Some(blank), Some(letter)) = (next, following) {
            let starts_word = blank == ' ' && letter.is_ascii_alphabetic();
            if starts_word && !character.is_whitespace() {
                return at + character.len_utf8();
            }
        }
        if let Some('，' | '。' | '、' | '；' | '？' | '！') = next
            && character.is_alphabetic()
        {
            return at + character.len_utf8();
        }
        following = next;
        next = Some(character);
    }
    text.len()
}
