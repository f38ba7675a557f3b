//! The hash maps of the data plane: those of std and papaya with a faster hash.
//!
//! A call looks a dozen things up, and `SipHash` took 1.4 % of its processor time (perf, one 1 KB call). Keys are ids and
//! hashes of our own or names that an admin wrote; the seed is random in each process. Must never hold what a client chose
//! without a bound on its size.

use foldhash::fast::RandomState;

/// A map of one owner, or behind a lock.
pub(crate) type HashMap<K, V> = std::collections::HashMap<K, V, RandomState>;

/// A map that is read without a lock.
pub(crate) type ConcurrentMap<K, V> = papaya::HashMap<K, V, RandomState>;
