//! Model names that share one entry in lists and price maps.

/// Prefixes whose `-thinking-<budget>` forms share an entry; the longer ones first.
const THINKING: [(&str, &str); 3] = [
    ("gemini-2.5-flash-lite", "gemini-2.5-flash-lite-thinking-*"),
    ("gemini-2.5-flash", "gemini-2.5-flash-thinking-*"),
    ("gemini-2.5-pro", "gemini-2.5-pro-thinking-*"),
];
/// Prefixes whose custom forms share an entry.
const GIZMO: [(&str, &str); 2] = [
    ("gpt-4-gizmo", "gpt-4-gizmo-*"),
    ("gpt-4o-gizmo", "gpt-4o-gizmo-*"),
];

/// Returns the shared name of a model; `None` when the name stands for itself.
#[must_use]
pub fn normalised_model(model: &str) -> Option<&'static str> {
    if model.starts_with("gemini-2.5-") && model.contains("-thinking-") {
        return shared(&THINKING, model);
    }
    if model.starts_with("gpt-4") {
        return shared(&GIZMO, model);
    }
    None
}

fn shared(names: &[(&str, &'static str)], model: &str) -> Option<&'static str> {
    names
        .iter()
        .find(|(prefix, _)| model.starts_with(prefix))
        .map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::normalised_model;

    #[test]
    fn variants_share_one_name() {
        for (model, shared) in [
            ("gpt-4-gizmo-g-abc", Some("gpt-4-gizmo-*")),
            ("gpt-4o-gizmo-g-abc", Some("gpt-4o-gizmo-*")),
            (
                "gemini-2.5-pro-preview-06-05-thinking-128",
                Some("gemini-2.5-pro-thinking-*"),
            ),
            (
                "gemini-2.5-flash-thinking-0",
                Some("gemini-2.5-flash-thinking-*"),
            ),
            (
                "gemini-2.5-flash-lite-preview-06-17-thinking-512",
                Some("gemini-2.5-flash-lite-thinking-*"),
            ),
            ("gemini-2.5-pro", None),
            ("gpt-4o", None),
            ("gpt-4", None),
            ("", None),
        ] {
            assert_eq!(normalised_model(model), shared, "{model}");
        }
    }
}
