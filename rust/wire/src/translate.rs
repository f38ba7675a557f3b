//! Different families on the two ends: a client's call to an upstream's, and the upstream's answer back, through the hub.
//! The one place that maps a family to its six files; holds no rule of any family. Keeps O(event) memory in streams.

mod embeddings;
mod ends;
mod gather;
mod reply;
mod request;
mod services;
mod spread;
mod stream;
mod thinking;

pub use gather::StreamGatherer;
pub use reply::{TranslatedReply, reply, reply_to};
pub use request::{Translating, WireRequest, deposits, request};
pub use spread::{Spreading, spread};
pub use stream::StreamTranslator;

use crate::canon::{DecodeError, EncodeError};
use crate::envelope::RequestError;

/// Why a call or an answer cannot be translated.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TranslateError {
    /// The client's body cannot be read.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The upstream's family cannot say it.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The upstream's answer cannot be read.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// No such way: the endpoint generates no text, or the family is not one of chat.
    #[error("calls of this kind cannot be translated")]
    NoWay,
}
