//! Wallets, keys and holds seen from outside: rules one by one, a model that does the same
//! arithmetic in one thread, and eight threads at once.

#[cfg(test)]
#[path = "accounts/lease_node.rs"]
mod lease_node;
#[cfg(test)]
#[path = "accounts/lease_sql.rs"]
mod lease_sql;
#[cfg(test)]
#[path = "accounts/leases.rs"]
mod leases;
#[cfg(test)]
#[path = "accounts/model.rs"]
mod model;
#[cfg(test)]
#[path = "accounts/rules.rs"]
mod rules;
#[cfg(test)]
#[path = "accounts/threads.rs"]
mod threads;
