//! `AIProxy`'s libraries, `/api/library/ask`: one question in, one answer with the documents it was taken from out.
//! After the relay contract §2 (knowledge id in `other`) and the family's own use of it.

pub(super) mod reply;
pub(super) mod request;
