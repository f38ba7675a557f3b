//! The way to the providers: ready-made addresses and credentials, one connection pool a worker,
//! and the policy on which resolved addresses may be dialled at all.

pub(crate) mod answer;
pub(crate) mod body;
pub(crate) mod connect;
pub(crate) mod credentials;
pub(crate) mod dial;
pub(crate) mod driven;
pub(crate) mod egress;
pub(crate) mod pool;
pub(crate) mod proxy;
pub(crate) mod shared;
pub(crate) mod target;
