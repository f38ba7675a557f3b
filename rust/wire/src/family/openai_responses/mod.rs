//! Family `openai_responses`: responses, as documented on 2026-08-18.
//! Paths `/v1/responses`, `/v1/responses/compact` and `/v1/responses/input_tokens`; errors are those of chat; a stream is
//! named events with `sequence_number`, ended by `response.completed`, `.incomplete` or `.failed`.
//! Beside the six files: `items` and `tools` are what both request files say of input items and tools, `output` the
//! output items and `item_events` their events, `whole_reply` whole replies and `reply_id` the id of one, `namespaces`
//! what crosses as plain functions, `text_input` undoes the wrapping of free text.

pub mod client_reply;
pub mod client_request;
mod item_events;
mod items;
mod kept;
mod namespaces;
mod output;
mod reply_id;
pub(crate) mod tap;
mod text_input;
pub(crate) mod tool_items;
mod tools;
mod types;
pub mod upstream_reply;
pub mod upstream_request;
mod whole_reply;

pub use reply_id::reply_id;

/// The argument that carries the free text of a tool that takes no JSON.
const TEXT_ARGUMENT: &str = "input";

/// The tool by which models run commands on the client's machine; other families get it as a function of this name.
const LOCAL_SHELL: &str = "local_shell";

/// The tool by which models look for further tools; where the client itself searches, other families get it as a function.
const TOOL_SEARCH: &str = "tool_search";
