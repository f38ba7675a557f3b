//! The whole gateway over real sockets, against an upstream that does what each test says.
//!
//! One binary, so that the tests share one link and one support module.

#[cfg(test)]
mod advice;
#[cfg(test)]
mod bridged_sockets;
#[cfg(test)]
mod connections;
#[cfg(test)]
mod conversations;
#[cfg(test)]
mod deposits;
#[cfg(test)]
mod disabling;
#[cfg(test)]
mod encodings;
#[cfg(test)]
mod failover;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod groups;
#[cfg(test)]
mod guard;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod management;
#[cfg(test)]
mod media;
#[cfg(test)]
mod money;
#[cfg(test)]
mod node;
#[cfg(test)]
mod partial_usage;
mod pass_through;
#[cfg(test)]
mod paths;
#[cfg(test)]
mod prices;
#[cfg(test)]
mod proxies;
#[cfg(test)]
mod public_tls;
#[cfg(test)]
mod realtime;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod replicate;
#[cfg(test)]
mod secure_upstream;
#[cfg(test)]
mod services;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod spool;
#[cfg(test)]
mod streams;
#[cfg(test)]
mod support;
#[cfg(test)]
mod task_forms;
#[cfg(test)]
mod tasks;
#[cfg(test)]
mod types;
#[cfg(test)]
mod vendors;
#[cfg(test)]
mod workers_ai;
