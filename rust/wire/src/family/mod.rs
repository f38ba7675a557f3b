//! One folder an API family, each with the same six files.
//! A family knows its own wire structs and the hub; never another family, never I/O.

pub mod embeddings;
pub mod openai_chat;
