//! The whole gateway over real sockets, against an upstream that does what each test says.
//!
//! One binary, so that the tests share one link and one support module.

mod pass_through;
mod support;
