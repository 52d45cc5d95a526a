//! Wrong pairing codes from one address: after a few, no further one is looked at for longer and longer. Whoever guesses
//! is slowed down, and nobody else is.
//!
//! Operational, in memory: a restart forgets it, and what bounds the guesser for good stands with the codes
//! ([`super::codes`]).

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::staff::lock_out::Patience;

/// An address that guessed no more for so long is as any other.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(1);
/// Addresses remembered, at most.
const MOST: usize = 1_000;

/// Who guessed.
#[derive(Default)]
pub struct Guesses(Mutex<HashMap<IpAddr, Guesser>>);

struct Guesser {
    failures: u32,
    last: Timestamp,
    until: Timestamp,
}

impl Guesses {
    /// Until when nothing is heard from this address; none when it may try.
    pub fn barred(&self, address: IpAddr, now: Timestamp) -> Option<Timestamp> {
        let guessers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        guessers.get(&address).map(|guesser| guesser.until).filter(|until| now < *until)
    }

    /// Counts a wrong code.
    pub fn failed(&self, address: IpAddr, now: Timestamp) {
        let mut guessers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        guessers.retain(|_, guesser| now.duration_since(guesser.last) < FORGOTTEN);
        if guessers.len() >= MOST
            && let Some(oldest) = guessers.iter().min_by_key(|(_, guesser)| guesser.last).map(|(address, _)| *address)
        {
            guessers.remove(&oldest);
        }
        let guesser = guessers.entry(address).or_insert(Guesser { failures: 0, last: now, until: now });
        guesser.failures = guesser.failures.saturating_add(1);
        (guesser.last, guesser.until) = (now, now + Patience::ONE.lock_out(guesser.failures));
    }

    /// Forgets an address that knew a code.
    pub fn succeeded(&self, address: IpAddr) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&address);
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn an_address_that_guesses_waits_longer_and_longer_and_others_do_not() {
        let (guesses, guest, tablet) =
            (Guesses::default(), IpAddr::V4(Ipv4Addr::new(10, 0, 0, 9)), IpAddr::V4(Ipv4Addr::new(10, 0, 0, 7)));
        let at = |seconds: i64| Timestamp::from_second(1_800_000_000 + seconds).unwrap();
        (0..4).for_each(|_| guesses.failed(guest, at(0)));
        assert_eq!(guesses.barred(guest, at(0)), None);
        guesses.failed(guest, at(0));
        assert_eq!(guesses.barred(guest, at(29)), Some(at(30)));
        assert_eq!((guesses.barred(guest, at(30)), guesses.barred(tablet, at(0))), (None, None));
        guesses.failed(guest, at(30));
        assert_eq!(guesses.barred(guest, at(31)), Some(at(90)));
        guesses.succeeded(guest);
        assert_eq!(guesses.barred(guest, at(31)), None);
    }
}
