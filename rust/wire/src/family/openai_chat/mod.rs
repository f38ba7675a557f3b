//! Family `openai_chat`: chat completions and the legacy completions.
//! Paths `/v1/chat/completions` and `/v1/completions`; errors are `{"error":{message,type,param,code}}`;
//! a stream is `data: <chunk>` events ended by `data: [DONE]`.

pub(crate) mod tap;
