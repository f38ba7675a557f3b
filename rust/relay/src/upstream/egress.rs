//! Which addresses the gateway may connect to on a channel's behalf.
//!
//! Judged on the resolved address, directly before the connection, so that a name cannot point
//! somewhere else in between. Metadata and link-local addresses are refused whatever the settings.

use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::dns::Name;
use tower_service::Service;

/// How far a channel may reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Reach {
    /// Public addresses only.
    Public,
    /// Loopback and private networks too; never metadata or link-local ones.
    Private,
}

/// Returns whether `address` may be dialled.
pub(crate) fn is_allowed(address: IpAddr, reach: Reach) -> bool {
    match address {
        IpAddr::V4(v4) => is_allowed_v4(v4, reach),
        IpAddr::V6(v6) => match embedded_v4(v6) {
            Some(v4) => is_allowed_v4(v4, reach),
            None => is_allowed_v6(v6, reach),
        },
    }
}

fn is_allowed_v4(address: Ipv4Addr, reach: Reach) -> bool {
    let [first, second, third, _] = address.octets();
    let never = address.is_link_local()
        || address.is_unspecified()
        || address.is_broadcast()
        || address.is_multicast()
        || address == Ipv4Addr::new(100, 100, 100, 200)
        || first >= 240
        || first == 0;
    let private = address.is_private()
        || address.is_loopback()
        || (first == 100 && (second & 0xc0) == 64)
        || (first == 198 && (second & 0xfe) == 18)
        || (first == 192 && second == 0 && third == 0)
        || address.is_documentation();
    !never && (reach == Reach::Private || !private)
}

fn is_allowed_v6(address: Ipv6Addr, reach: Reach) -> bool {
    let [first, ..] = address.segments();
    let metadata = address == Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);
    let never = metadata
        || address.is_unspecified()
        || address.is_multicast()
        || (first & 0xffc0) == 0xfe80
        || (first & 0xffc0) == 0xfec0;
    let private = address.is_loopback() || (first & 0xfe00) == 0xfc00;
    !never && (reach == Reach::Private || !private)
}

/// Returns the IPv4 address that a mapped, compatible, NAT64 or 6to4 address stands for.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    if let Some(mapped) = address.to_ipv4_mapped() {
        return Some(mapped);
    }
    let v4 = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        Some(Ipv4Addr::new(a, b, c, d))
    };
    match address.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => v4(high, low),
        [0x2002, high, low, ..] => v4(high, low),
        [0, 0, 0, 0, 0, 0, high, low] if high != 0 => v4(high, low),
        _ => None,
    }
}

/// A resolver that drops every address the policy forbids.
#[derive(Clone, Debug)]
pub(crate) struct GuardedResolver {
    reach: Reach,
}

impl GuardedResolver {
    pub(crate) const fn new(reach: Reach) -> Self {
        Self { reach }
    }
}

impl Service<Name> for GuardedResolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let reach = self.reach;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found
                .filter(|address| is_allowed(address.ip(), reach))
                .collect();
            if allowed.is_empty() {
                return Err(io::Error::new(
                    io::ErrorKind::PermissionDenied,
                    "the name resolves to no address that may be dialled",
                ));
            }
            Ok(allowed.into_iter())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(text: &str, reach: Reach) -> bool {
        is_allowed(text.parse().expect("an address"), reach)
    }

    #[test]
    fn metadata_and_link_local_addresses_are_never_dialled() {
        for text in [
            "169.254.169.254",
            "169.254.0.1",
            "::ffff:169.254.169.254",
            "fe80::1",
            "fd00:ec2::254",
            "0.0.0.0",
            "::",
            "100.100.100.200",
            "224.0.0.1",
            "255.255.255.255",
            "2002:a9fe:a9fe::1",
            "64:ff9b::a9fe:a9fe",
        ] {
            assert!(!allowed(text, Reach::Private), "{text}");
            assert!(!allowed(text, Reach::Public), "{text}");
        }
    }

    #[test]
    fn private_addresses_need_the_wider_reach() {
        for text in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "::1",
            "fc00::1",
            "::ffff:127.0.0.1",
            "198.18.0.1",
        ] {
            assert!(allowed(text, Reach::Private), "{text}");
            assert!(!allowed(text, Reach::Public), "{text}");
        }
    }

    #[test]
    fn public_addresses_are_dialled() {
        for text in [
            "1.1.1.1",
            "104.18.0.1",
            "2606:4700::1111",
            "172.32.0.1",
            "100.128.0.1",
        ] {
            assert!(allowed(text, Reach::Public), "{text}");
        }
    }

    /// Names, and the forms in which resolvers read numbers, end at the resolver's guard.
    #[tokio::test]
    async fn no_spelling_of_a_forbidden_address_gets_past_the_resolver() {
        for name in [
            "169.254.169.254",
            "2852039166",
            "0xa9fea9fe",
            "0251.0376.0251.0376",
            "169.254.43518",
            "0",
            "0.0.0.0",
        ] {
            let mut resolver = GuardedResolver::new(Reach::Private);
            let name: Name = name.parse().expect("a name");
            let found = resolver.call(name.clone()).await;
            assert!(
                found.is_err(),
                "{name} resolved to {:?}",
                found.map(Vec::from_iter)
            );
        }
        for name in ["localhost", "127.1", "2130706433", "0x7f000001"] {
            let mut resolver = GuardedResolver::new(Reach::Public);
            let name: Name = name.parse().expect("a name");
            assert!(resolver.call(name.clone()).await.is_err(), "{name}");
        }
    }
}
