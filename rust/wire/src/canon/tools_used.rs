//! How often a provider's own tools ran in a call; what was only offered does not count.
//! Filled by the taps beside the usage, priced by the policy; counts saturate and are never negative.

use serde::{Deserialize, Serialize};

/// Calls of a provider's own tools.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ToolCalls {
    /// Searches of the web.
    pub web_search: u32,
    /// The searches were of the preview's kind, which has its own price.
    pub is_preview: bool,
    /// Searches of files.
    pub file_search: u32,
    /// Searches that a Gemini answer stands on.
    pub google_search: u32,
    /// Runs of the code interpreter.
    pub code_interpreter: u32,
    /// Images that were drawn, by quality and by whether they are longer than wide or wider than long.
    pub images: DrawnImages,
}

/// Images that a tool drew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DrawnImages {
    /// Low quality, square.
    pub low: u32,
    /// Low quality, oblong.
    pub low_oblong: u32,
    /// Medium quality, square.
    pub medium: u32,
    /// Medium quality, oblong.
    pub medium_oblong: u32,
    /// High quality, square; also what does not say its quality.
    pub high: u32,
    /// High quality, oblong.
    pub high_oblong: u32,
}

impl DrawnImages {
    /// Counts one image by what the provider says of it.
    pub fn count(&mut self, quality: &str, size: &str) {
        let is_oblong = size
            .split_once('x')
            .is_some_and(|(width, height)| width != height);
        let slot = match (quality, is_oblong) {
            ("low", false) => &mut self.low,
            ("low", true) => &mut self.low_oblong,
            ("medium", false) => &mut self.medium,
            ("medium", true) => &mut self.medium_oblong,
            (_, false) => &mut self.high,
            (_, true) => &mut self.high_oblong,
        };
        *slot = slot.saturating_add(1);
    }
}

impl ToolCalls {
    /// No tool ran.
    pub const NONE: Self = Self {
        web_search: 0,
        is_preview: false,
        file_search: 0,
        google_search: 0,
        code_interpreter: 0,
        images: DrawnImages {
            low: 0,
            low_oblong: 0,
            medium: 0,
            medium_oblong: 0,
            high: 0,
            high_oblong: 0,
        },
    };

    /// Tells whether no tool ran.
    #[must_use]
    pub fn is_none(&self) -> bool {
        let flag = self.is_preview;
        *self
            == Self {
                is_preview: flag,
                ..Self::default()
            }
    }

    /// Returns nothing but the kind of the searches.
    #[must_use]
    pub fn kind_only(self) -> Self {
        Self {
            is_preview: self.is_preview,
            ..Self::default()
        }
    }

    /// Returns the larger count of each tool, for providers that state sums so far.
    #[must_use]
    pub fn at_least(self, other: Self) -> Self {
        self.merge(other, u32::max)
    }

    /// Returns the sum of each tool's counts, for providers that state each call.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.merge(other, u32::saturating_add)
    }

    fn merge(self, other: Self, of: fn(u32, u32) -> u32) -> Self {
        let (mine, its) = (self.images, other.images);
        Self {
            web_search: of(self.web_search, other.web_search),
            is_preview: self.is_preview || other.is_preview,
            file_search: of(self.file_search, other.file_search),
            google_search: of(self.google_search, other.google_search),
            code_interpreter: of(self.code_interpreter, other.code_interpreter),
            images: DrawnImages {
                low: of(mine.low, its.low),
                low_oblong: of(mine.low_oblong, its.low_oblong),
                medium: of(mine.medium, its.medium),
                medium_oblong: of(mine.medium_oblong, its.medium_oblong),
                high: of(mine.high, its.high),
                high_oblong: of(mine.high_oblong, its.high_oblong),
            },
        }
    }
}
