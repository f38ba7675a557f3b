//! What a Claude model takes, by its name: thinking, effort, sampling, structured output, its usual output limit.
//! Facts of Anthropic's documentation and of the new-api family; a name that is no Claude's promises the least.

/// The output limit of a request that names none, in tokens.
const DEFAULT_OUTPUT: u64 = 8192;
/// Models of the first third generation write no more than this.
const EARLY_OUTPUT: u64 = 4096;
/// Effort words that may stand at the end of a model's name.
const EFFORT_SUFFIXES: [&str; 5] = ["-low", "-medium", "-xhigh", "-high", "-max"];

/// A model's name, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Model {
    /// The name as Anthropic knows it.
    pub(super) name: String,
    /// Whether `-thinking` stood behind it.
    pub(super) thinks: bool,
    /// The effort that stood behind it.
    pub(super) effort: Option<String>,
    /// Generation: 3.5 is (3, 5); `None` for other vendors' models.
    version: Option<(u32, u32)>,
}

impl Model {
    /// Reads a name, with the suffixes that operators give it.
    pub(super) fn of(name: &str) -> Self {
        let mut model = Self {
            name: name.to_owned(),
            thinks: false,
            effort: None,
            version: version_of(name),
        };
        if model.version.is_none() {
            return model;
        }
        if let Some(plain) = name.strip_suffix("-thinking") {
            plain.clone_into(&mut model.name);
            model.thinks = true;
        } else if model.is_adaptive() {
            let found = EFFORT_SUFFIXES
                .iter()
                .find_map(|suffix| Some((name.strip_suffix(suffix)?, suffix)));
            if let Some((plain, suffix)) = found {
                plain.clone_into(&mut model.name);
                model.effort = Some(suffix.trim_start_matches('-').to_owned());
            }
        }
        model
    }

    fn is_at_least(&self, version: (u32, u32)) -> bool {
        self.version.is_some_and(|own| own >= version)
    }

    /// Whether it can think at all; other vendors' models are taken to.
    pub(super) fn can_think(&self) -> bool {
        self.version.is_none() || self.is_at_least((3, 7))
    }

    /// Whether it decides itself how long to think, led by an effort word.
    pub(super) fn is_adaptive(&self) -> bool {
        self.is_at_least((4, 6))
    }

    /// Whether it refuses a budget, and temperature, `top_p` and `top_k` with it.
    pub(super) fn is_without_knobs(&self) -> bool {
        self.is_at_least((4, 7))
    }

    /// Whether `temperature` and `top_p` exclude each other.
    pub(super) fn takes_one_of_temperature_and_top_p(&self) -> bool {
        self.is_at_least((4, 1))
    }

    /// Whether it writes JSON after a schema, and calls tools strictly.
    pub(super) fn has_structured_output(&self) -> bool {
        self.is_at_least((4, 5)) || self.name.contains("opus-4-1")
    }

    /// The output limit of a request that names none, in tokens.
    pub(super) fn default_output(&self) -> u64 {
        match self.version {
            Some((3, 0)) => EARLY_OUTPUT,
            _ => DEFAULT_OUTPUT,
        }
    }
}

/// Reads `claude-opus-4-6-20260205`, `claude-3-5-sonnet-latest`, `anthropic/claude-sonnet-4.5`, `claude-opus-5`.
fn version_of(name: &str) -> Option<(u32, u32)> {
    let (_, behind) = name.split_once("claude-")?;
    let mut words = behind.split(['-', '.', '@', ':']).map(short_number);
    let major = words.by_ref().find_map(|number| number)?;
    let minor = words.next().flatten();
    Some((major, minor.unwrap_or(0)))
}

/// A version has one or two digits; longer numbers are dates.
fn short_number(word: &str) -> Option<u32> {
    word.parse().ok().filter(|_| word.len() <= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_give_generations() {
        let known = [
            ("claude-3-opus-20240229", Some((3, 0))),
            ("claude-3-5-sonnet-latest", Some((3, 5))),
            ("claude-opus-4-20250514", Some((4, 0))),
            ("claude-haiku-4-5-20251001", Some((4, 5))),
            ("anthropic/claude-sonnet-4.5", Some((4, 5))),
            ("us.anthropic.claude-opus-4-1-20250805-v1:0", Some((4, 1))),
            ("claude-opus-5", Some((5, 0))),
            ("kimi-k2", None),
        ];
        for (name, version) in known {
            assert_eq!(version_of(name), version, "{name}");
        }
    }

    #[test]
    fn suffixes_come_off() {
        let model = Model::of("claude-sonnet-4-5-thinking");
        assert_eq!(
            (model.name.as_str(), model.thinks),
            ("claude-sonnet-4-5", true)
        );
        let model = Model::of("claude-opus-4-7-xhigh");
        assert_eq!(model.name, "claude-opus-4-7");
        assert_eq!(model.effort.as_deref(), Some("xhigh"));
        assert_eq!(Model::of("claude-haiku-4-5-high").effort, None);
        assert_eq!(Model::of("kimi-k2-thinking").name, "kimi-k2-thinking");
    }
}
