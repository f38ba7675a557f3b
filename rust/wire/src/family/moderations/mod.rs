//! Family `moderations`: `POST /v1/moderations`, one JSON body each way, never a stream.
//! Errors have the `OpenAI` shape, and so has a usage where an upstream reports one, so chat's tap reads the answers;
//! every upstream of this family speaks the same words, so nothing is translated and no other file stands here.
