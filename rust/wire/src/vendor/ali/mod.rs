//! `DashScope`'s own services beside its compatible mode: rankings and images.
//! After help.aliyun.com (text-rerank, text-to-image) and docs.qwencloud.com; not checked against the pages.

pub(super) mod images;
pub(super) mod rerank;
