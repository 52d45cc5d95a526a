//! How much guests ask: so many requests an address, and whoever asks more waits. A phone asks a few times a minute; a network
//! may show all its phones as one address, which is why there is room for a full house.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What one request takes of an address's time: sixty a second.
const EACH: Duration = Duration::from_nanos(1_000_000_000 / 60);
/// How far ahead of its time an address may be: the first load of dozens of phones, with their photos.
const AT_ONCE: u32 = 600;
/// Addresses that are remembered.
const MOST: usize = 4096;

/// Until when the time of each address is taken.
#[derive(Default)]
pub struct Throng(Mutex<HashMap<IpAddr, Instant>>);

impl Throng {
    /// How long this address has to wait; none where it is its turn, which is counted. Of thousands that ask in the same moment, who are
    /// no guests, the last are not counted.
    pub fn turns_away(&self, address: IpAddr, now: Instant) -> Option<Duration> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.len() >= MOST {
            taken.retain(|_, until| *until > now);
        }
        let until = taken.get(&address).copied().unwrap_or(now).max(now);
        let ahead = until.duration_since(now);
        if let Some(wait) = (ahead + EACH).checked_sub(EACH * AT_ONCE).filter(|wait| !wait.is_zero()) {
            return Some(wait);
        }
        if taken.len() < MOST || taken.contains_key(&address) {
            taken.insert(address, until + EACH);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(number: u32) -> IpAddr {
        IpAddr::from(number.to_be_bytes())
    }

    #[test]
    fn who_asks_without_end_waits_and_nobody_else_does() {
        let (throng, begin) = (Throng::default(), Instant::now());
        let turned_away = (0..700).filter(|_| throng.turns_away(address(1), begin).is_some()).count();
        assert_eq!(turned_away, 100);
        assert_eq!(throng.turns_away(address(2), begin), None);
        let later = begin + EACH * 60;
        assert_eq!((0..100).filter(|_| throng.turns_away(address(1), later).is_none()).count(), 60);
        assert_eq!(throng.turns_away(address(1), later), Some(EACH));
    }

    #[test]
    fn those_who_left_are_forgotten() {
        let (throng, begin) = (Throng::default(), Instant::now());
        (0..5000).for_each(|number| assert_eq!(throng.turns_away(address(number), begin), None));
        assert_eq!(throng.0.lock().unwrap().len(), MOST);
        assert_eq!(throng.turns_away(address(9999), begin + Duration::from_secs(1)), None);
        assert_eq!(throng.0.lock().unwrap().len(), 1);
    }
}
