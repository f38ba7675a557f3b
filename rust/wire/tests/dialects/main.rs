//! Vendors with a form of their own: a chat call becomes their body, their answer becomes a chat answer, whole and streamed,
//! however the stream's bytes are cut.

#[cfg(test)]
mod bedrock;
#[cfg(test)]
mod cohere;
#[cfg(test)]
mod dify;
#[cfg(test)]
mod goldens;
#[cfg(test)]
mod ollama;
#[cfg(test)]
mod services;
#[cfg(test)]
#[path = "../support/goldens.rs"]
mod shared;
#[cfg(test)]
mod support;
