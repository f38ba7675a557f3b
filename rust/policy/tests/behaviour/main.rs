//! The policy crate's behaviour through its public face, one module a subject.

#[cfg(test)]
mod breaker;
#[cfg(test)]
mod channel_prices;
#[cfg(test)]
mod decimal;
#[cfg(test)]
mod expression;
#[cfg(test)]
mod kept;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod parity;
#[cfg(test)]
mod price;
#[cfg(test)]
mod retry;
#[cfg(test)]
mod routing;
#[cfg(test)]
mod snapshot;
#[cfg(test)]
mod support;
#[cfg(test)]
mod task_prices;
#[cfg(test)]
mod together;
