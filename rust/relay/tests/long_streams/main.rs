//! Very long answers through a gateway alone in its process, so that the process's memory can be measured.

#[cfg(test)]
mod families;
#[cfg(test)]
mod memory;
