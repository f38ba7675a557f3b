//! Family `rerank`: `POST /v1/rerank` in the shape of Jina and Cohere, one JSON body each way, never a stream.
//! Errors have the `OpenAI` shape.

pub(crate) mod tap;
