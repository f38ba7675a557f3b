//! Baidu's first chat API (`/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/...`), one path a model.
//! After cloud.baidu.com/doc/WENXINWORKSHOP (one model, in excerpts, 2026-11-21); errors come with status 200.

pub(super) mod embed;
pub(super) mod reply;
pub(super) mod request;
