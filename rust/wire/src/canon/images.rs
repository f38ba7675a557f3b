//! Images to be made as the hub knows them: what is asked for, and where the images are.
//! Made images are addresses or base64, as the provider gave them.

use serde::Serialize;
use serde_json::{Map, Value};

use super::usage::Usage;

/// A request for images.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ImagesRequest {
    /// The model's name, as the upstream is to see it.
    pub model: String,
    /// What is to be seen.
    pub prompt: String,
    /// How many.
    pub n: Option<u64>,
    /// Width and height in pixels (`1024x1024`), or a ratio (`16:9`), as the client wrote it.
    pub size: Option<String>,
    /// `url` or `b64_json`.
    pub response_format: Option<String>,
    /// Images that are changed: `data:` addresses, or addresses. None for a call that makes one from words alone.
    pub images: Vec<String>,
    /// What of the first image may change, as an image.
    pub mask: Option<String>,
    /// Fields without a word of their own here.
    pub rest: Map<String, Value>,
}

/// Images that were made.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ImagesReply {
    /// The images.
    pub images: Vec<Made>,
    /// What it took, in tokens, where the provider counts them.
    pub usage: Option<Usage>,
}

/// One made image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Made {
    /// At an address.
    Url(String),
    /// Inline.
    Base64 {
        /// `image/png` ...
        mime: String,
        /// The image.
        data: String,
    },
}
