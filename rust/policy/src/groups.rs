//! Groups: which a user may use, what `auto` means for them, and the ratio that applies.
//!
//! Compiled once a snapshot for every group name it mentions, so that a request only looks up.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde::Deserialize;

use crate::units::Ratio;

/// The virtual group that stands for the first listed group with a channel.
pub const AUTO: &str = "auto";

/// The `groups` part of the snapshot document.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct GroupsDocument {
    ratio: HashMap<Arc<str>, Ratio>,
    group_group_ratio: HashMap<Arc<str>, HashMap<Arc<str>, Ratio>>,
    usable: BTreeMap<Arc<str>, Option<String>>,
    special_usable: HashMap<Arc<str>, BTreeMap<Arc<str>, Option<String>>>,
    auto: Vec<Arc<str>>,
}

/// The compiled rules of all groups.
#[derive(Clone, Debug, Default)]
pub struct Groups {
    document: GroupsDocument,
    known: HashMap<Arc<str>, UserGroup>,
}

/// What one group of users may use.
#[derive(Clone, Debug)]
struct UserGroup {
    usable: BTreeSet<Arc<str>>,
    auto: Arc<[Arc<str>]>,
}

/// A group's ratio, and whether it is special to the user's own group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupRatio {
    /// The factor on every price.
    pub ratio: Ratio,
    /// True when it comes from the user group's own table.
    pub is_special: bool,
}

impl Groups {
    pub(crate) fn compile(document: GroupsDocument) -> Self {
        let mut names: BTreeSet<Arc<str>> = BTreeSet::new();
        names.extend(document.ratio.keys().cloned());
        names.extend(document.group_group_ratio.keys().cloned());
        names.extend(document.usable.keys().cloned());
        names.extend(document.special_usable.keys().cloned());
        let known = names
            .into_iter()
            .map(|name| {
                let facts = document.user_group(&name);
                (name, facts)
            })
            .collect();
        Self { document, known }
    }

    /// Returns the groups that users of this group may use, sorted; their own is always among them.
    #[must_use]
    pub fn usable(&self, user_group: &str) -> Vec<Arc<str>> {
        match self.known.get(user_group) {
            Some(facts) => facts.usable.iter().cloned().collect(),
            None => self
                .document
                .user_group(user_group)
                .usable
                .into_iter()
                .collect(),
        }
    }

    /// Tells whether users of `user_group` may use `group`.
    #[must_use]
    pub fn is_usable(&self, user_group: &str, group: &str) -> bool {
        match self.known.get(user_group) {
            Some(facts) => facts.usable.contains(group),
            None => self.document.user_group(user_group).usable.contains(group),
        }
    }

    /// Returns the groups that `auto` stands for, in order of preference.
    #[must_use]
    pub fn auto(&self, user_group: &str) -> Arc<[Arc<str>]> {
        match self.known.get(user_group) {
            Some(facts) => Arc::clone(&facts.auto),
            None => self.document.user_group(user_group).auto,
        }
    }

    /// Tells whether the group has a ratio of its own.
    #[must_use]
    pub fn has_ratio(&self, group: &str) -> bool {
        self.document.ratio.contains_key(group)
    }

    /// Returns the ratio for users of `user_group` in `using_group`; 1 for an unknown group.
    #[must_use]
    pub fn ratio(&self, user_group: &str, using_group: &str) -> GroupRatio {
        let document = &self.document;
        let special = document
            .group_group_ratio
            .get(user_group)
            .and_then(|table| table.get(using_group));
        if let Some(ratio) = special {
            return GroupRatio {
                ratio: *ratio,
                is_special: true,
            };
        }
        let ratio = document
            .ratio
            .get(using_group)
            .copied()
            .unwrap_or(Ratio::ONE);
        GroupRatio {
            ratio,
            is_special: false,
        }
    }
}

impl GroupsDocument {
    fn user_group(&self, name: &str) -> UserGroup {
        let mut usable: BTreeSet<Arc<str>> = self.usable.keys().cloned().collect();
        if let Some(changes) = self.special_usable.get(name) {
            for change in changes.keys() {
                if let Some(removed) = change.strip_prefix("-:") {
                    usable.remove(removed);
                } else {
                    usable.insert(Arc::from(change.strip_prefix("+:").unwrap_or(change)));
                }
            }
        }
        usable.insert(Arc::from(name));
        let auto = self
            .auto
            .iter()
            .filter(|group| group.as_ref() != AUTO && usable.contains(group.as_ref()))
            .cloned()
            .collect();
        UserGroup { usable, auto }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups() -> Groups {
        let document = serde_json::from_str(
            r#"{"ratio":{"default":"1","vip":"0.8","free":"0"},
                "group_group_ratio":{"vip":{"default":"0.9"}},
                "usable":{"default":"d","vip":"v","auto":"a"},
                "special_usable":{"vip":{"+:lab":"l","-:default":"x","team":"t"}},
                "auto":["auto","lab","vip","default"]}"#,
        )
        .unwrap();
        Groups::compile(document)
    }

    fn names(list: &[Arc<str>]) -> Vec<&str> {
        list.iter().map(AsRef::as_ref).collect()
    }

    #[test]
    fn special_rules_add_and_remove_groups_and_the_own_group_stays() {
        let groups = groups();
        assert_eq!(names(&groups.usable("vip")), ["auto", "lab", "team", "vip"]);
        assert_eq!(names(&groups.usable("default")), ["auto", "default", "vip"]);
        assert_eq!(
            names(&groups.usable("stranger")),
            ["auto", "default", "stranger", "vip"]
        );
        assert!(groups.is_usable("stranger", "stranger"));
        assert!(!groups.is_usable("vip", "default"));
    }

    #[test]
    fn auto_is_the_listed_groups_that_are_usable_in_order() {
        let groups = groups();
        assert_eq!(names(&groups.auto("vip")), ["lab", "vip"]);
        assert_eq!(names(&groups.auto("default")), ["vip", "default"]);
    }

    #[test]
    fn a_ratio_special_to_the_user_group_wins() {
        let groups = groups();
        let special = groups.ratio("vip", "default");
        assert_eq!(
            (special.ratio.to_string().as_str(), special.is_special),
            ("0.9", true)
        );
        assert_eq!(groups.ratio("default", "default").ratio, Ratio::ONE);
        assert_eq!(groups.ratio("default", "free").ratio, Ratio::ZERO);
        assert_eq!(groups.ratio("default", "unknown").ratio, Ratio::ONE);
    }
}
