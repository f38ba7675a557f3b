//! Tencent Cloud's Hunyuan, action `ChatCompletions` of 2023-09-01: the chat form in capitalised names.
//! After Tencent's own SDK models (hunyuan v20230901), in excerpts, 2026-11-21; errors come with status 200.

pub(super) mod reply;
pub(super) mod request;
