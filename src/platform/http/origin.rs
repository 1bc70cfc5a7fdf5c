//! Where a request comes from: the peer, or what a proxy of ours says of it.

use crate::platform::origin::Origin;
use actix_web::HttpRequest;
use actix_web::http::header;
use std::net::{IpAddr, Ipv4Addr};

/// Whether a page that a browser shows may connect: one of ours, or of a portal that is named. Other programs send no origin.
pub fn is_welcome(http: &HttpRequest, origins: &[String]) -> bool {
    let Some(origin) = http.headers().get(header::ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    let host = http.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let ours = origin.split_once("://").is_some_and(|(_, of)| Some(of) == host);
    ours || origins.iter().any(|known| known == origin)
}

const LONGEST_DEVICE: usize = 200;

pub fn origin(http: &HttpRequest, proxies: &[IpAddr]) -> Origin {
    let peer = http.peer_addr().map_or(Ipv4Addr::UNSPECIFIED.into(), |peer| peer.ip().to_canonical());
    let forwarded = http.headers().get_all(header::X_FORWARDED_FOR).filter_map(|value| value.to_str().ok());
    let address = behind(peer, proxies, forwarded);
    let device = http.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    let device =
        device.map(|device| device.chars().filter(|c| !c.is_control()).take(LONGEST_DEVICE).collect::<String>());
    Origin { address, device: device.map(Into::into) }
}

/// The last address that is not a proxy of ours: only our proxies are believed.
fn behind<'a>(peer: IpAddr, proxies: &[IpAddr], forwarded: impl Iterator<Item = &'a str>) -> IpAddr {
    if !proxies.contains(&peer) {
        return peer;
    }
    let listed: Vec<&str> = forwarded.flat_map(|value| value.split(',')).collect();
    let mut address = peer;
    for hop in listed.iter().rev() {
        match hop.trim().parse::<IpAddr>() {
            Ok(hop) => address = hop.to_canonical(),
            Err(_) => break,
        }
        if !proxies.contains(&address) {
            break;
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_proxies_say_where_a_request_comes_from() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let proxies = [ip("10.0.0.1"), ip("10.0.0.2")];
        for (peer, forwarded, expected) in [
            ("203.0.113.9", vec!["198.51.100.1"], "203.0.113.9"),
            ("10.0.0.1", vec!["198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", vec!["1.2.3.4, 198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", vec!["1.2.3.4", "198.51.100.1, 10.0.0.2"], "198.51.100.1"),
            ("10.0.0.1", vec!["nonsense"], "10.0.0.1"),
            ("10.0.0.1", vec![], "10.0.0.1"),
            ("10.0.0.1", vec!["::ffff:198.51.100.1"], "198.51.100.1"),
        ] {
            assert_eq!(behind(ip(peer), &proxies, forwarded.iter().copied()), ip(expected), "{peer} {forwarded:?}");
        }
    }
}
