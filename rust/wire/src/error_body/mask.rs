//! Hides addresses and keys in texts that come from an upstream.
//! Works on words, in one pass; must rather hide too much than let a host or a key through.

/// What stands in place of a hidden word.
const HIDDEN: &str = "***";
/// Prefixes of keys that providers issue.
const KEY_PREFIXES: [&str; 9] = [
    "sk-", "sk_", "gsk_", "xai-", "pplx-", "AIza", "AKIA", "r8_", "hf_",
];
/// Last labels by which a dotted word is taken for a host.
const HOST_ENDINGS: [&str; 26] = [
    "com",
    "net",
    "org",
    "io",
    "ai",
    "cn",
    "dev",
    "app",
    "cloud",
    "co",
    "me",
    "xyz",
    "top",
    "us",
    "eu",
    "de",
    "jp",
    "sg",
    "hk",
    "uk",
    "ru",
    "local",
    "internal",
    "localhost",
    "site",
    "tech",
];

/// Returns the text with URLs, hosts, IP addresses and keys replaced.
pub(super) fn mask(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let end = word_end(rest);
        let (word, behind) = rest.split_at(end);
        masked.push_str(&mask_word(word));
        let mut behind_chars = behind.chars();
        if let Some(separator) = behind_chars.next() {
            masked.push(separator);
        }
        rest = behind_chars.as_str();
    }
    masked
}

/// A word ends at a separator; one with a path or a query goes on to where a URL must end.
fn word_end(text: &str) -> usize {
    let end = text.find(is_separator).unwrap_or(text.len());
    let (word, _) = text.split_at(end);
    let is_url = word.contains("://") || (word.contains(['/', '?']) && is_host(word));
    if is_url {
        text.find(ends_url).unwrap_or(text.len())
    } else {
        end
    }
}

const fn ends_url(character: char) -> bool {
    is_separator(character) && !matches!(character, '=' | ',' | ';' | '|' | '{' | '}')
}

const fn is_separator(character: char) -> bool {
    matches!(
        character,
        ' ' | '\t'
            | '\n'
            | '\r'
            | '"'
            | '\''
            | '`'
            | '<'
            | '>'
            | '('
            | ')'
            | '{'
            | '}'
            | ','
            | ';'
            | '|'
            | '='
            | '，'
            | '。'
            | '（'
            | '）'
            | '：'
            | '；'
            | '「'
            | '」'
    )
}

fn mask_word(word: &str) -> String {
    let core = word.trim_end_matches(['.', ':', '!', '?', ']']);
    let start = core.len() - core.trim_start_matches(['[', '@']).len();
    let (head, core_text) = core.split_at(start);
    let (_, tail) = word.split_at(core.len());
    if is_address(core) {
        return format!("{HIDDEN}{tail}");
    }
    if is_secret(core_text) {
        return format!("{head}{HIDDEN}{tail}");
    }
    word.to_owned()
}

fn is_secret(word: &str) -> bool {
    word.contains("://") || is_key(word) || is_address(word) || is_host(word)
}

fn is_key(word: &str) -> bool {
    let has_prefix = KEY_PREFIXES.iter().any(|prefix| word.starts_with(prefix));
    has_prefix && word.len() >= 10
}

fn is_address(word: &str) -> bool {
    let without_path = word.split('/').next().unwrap_or(word);
    if without_path.parse::<std::net::SocketAddr>().is_ok() {
        return true;
    }
    match without_path.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(_)) => true,
        Ok(std::net::IpAddr::V6(_)) => without_path.len() > 4,
        Err(_) => false,
    }
}

fn is_host(word: &str) -> bool {
    let authority = word.split(['/', '?', '#']).next().unwrap_or(word);
    let authority = authority.rsplit('@').next().unwrap_or(authority);
    let (name, port) = authority.split_once(':').unwrap_or((authority, ""));
    let has_port = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    if name == "localhost" {
        return true;
    }
    let labels = name.split('.').count();
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    if labels < 2 || !name.split('.').all(is_label) {
        return false;
    }
    let ending = name
        .rsplit('.')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    has_port || HOST_ENDINGS.contains(&ending.as_str())
}
