//! An upload through a gateway alone in its process, so that the process's memory can be measured.

#[cfg(test)]
mod constant_memory;
