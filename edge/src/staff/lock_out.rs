//! How long nothing more is heard after wrong ones, and where PINs are typed: wrong ones count against the person they are
//! of, and against the screen or address they come from, whosesoever they are. Whoever tries everybody's PINs in turn is
//! stopped by the second, whoever tries one person's from many screens by the first.
//!
//! What counts is kept in the file: a restart forgives nothing (`edge/tests/door/guesses.rs`).

use std::net::IpAddr;

use comanda_shared::ids::DeviceId;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::http::whence::Whence;

/// The first lock-out, in seconds; each further failure doubles it.
const FIRST_LOCK_S: i64 = 30;
/// The longest lock-out, in seconds.
const LONGEST_LOCK_S: i64 = 900;
/// From so many digits on a PIN is long: there are a hundred times as many as of four.
const LONG_PIN: u8 = 6;
/// An address that was quiet for so long is as any other.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(1);
/// Addresses remembered, at most: a machine may give itself any number of them.
const MOST_ADDRESSES: u32 = 1_000;

/// How many wrong ones in a row cost nothing yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Patience {
    free: u32,
    longest_s: i64,
}

impl Patience {
    /// With one person, or with one machine that wants in.
    pub const ONE: Self = Self { free: 4, longest_s: LONGEST_LOCK_S };
    /// With one person whose PIN is long: each lock-out is as short as the first.
    const ONE_WITH_A_LONG_PIN: Self = Self { free: 4, longest_s: FIRST_LOCK_S };
    /// Where many people type theirs: at the counter in a rush.
    pub const MANY: Self = Self { free: 9, longest_s: LONGEST_LOCK_S };

    /// With one person whose PIN has so many digits, where that is known.
    pub fn with_pin(digits: Option<u8>) -> Self {
        if digits.is_some_and(|digits| digits >= LONG_PIN) { Self::ONE_WITH_A_LONG_PIN } else { Self::ONE }
    }

    /// How long nothing more is heard after so many failures in a row.
    pub fn lock_out(self, failures: u32) -> SignedDuration {
        let seconds = match failures.checked_sub(self.free + 1) {
            None => 0,
            Some(doublings) => (FIRST_LOCK_S << doublings.min(16)).min(self.longest_s),
        };
        SignedDuration::from_secs(seconds)
    }
}

/// Where a PIN is typed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// At a paired screen.
    Screen(DeviceId),
    /// At a machine of the network that is none.
    Address(IpAddr),
    /// Where no network is between.
    Here,
}

impl Place {
    /// Where a request comes from.
    pub fn of(whence: &Whence) -> Self {
        match (&whence.device, whence.address) {
            (Some(device), _) => Self::Screen(device.id),
            (None, Some(address)) => Self::Address(address),
            (None, None) => Self::Here,
        }
    }

    /// The paired screen, when it is one.
    pub const fn screen(self) -> Option<DeviceId> {
        match self {
            Self::Screen(device) => Some(device),
            Self::Address(_) | Self::Here => None,
        }
    }

    /// What counts against it.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn tally(self, connection: &Connection) -> rusqlite::Result<Tally> {
        const OF_SCREEN: &str = "SELECT failures, locked_until FROM device_secret WHERE device_id = ?1";
        const OF_ADDRESS: &str = "SELECT failures, locked_until FROM address_guess WHERE address = ?1";
        let found = match self {
            Self::Screen(device) => connection.query_row(OF_SCREEN, params![device.as_bytes()], Tally::read),
            Self::Address(address) => connection.query_row(OF_ADDRESS, params![address.to_string()], Tally::read),
            Self::Here => return Ok(Tally::default()),
        };
        Ok(found.optional()?.unwrap_or_default())
    }

    /// Counts a wrong PIN, and answers until when only those are heard who may unlock.
    ///
    /// # Errors
    /// When SQLite cannot write.
    pub fn count_failure(self, connection: &Connection, now: Timestamp) -> rusqlite::Result<Timestamp> {
        const AT_SCREEN: &str = "UPDATE device_secret SET failures = ?2, locked_until = ?3 WHERE device_id = ?1";
        const AT_ADDRESS: &str = "
            INSERT INTO address_guess (address, failures, locked_until, last_at) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (address) DO UPDATE
               SET failures = excluded.failures, locked_until = excluded.locked_until, last_at = excluded.last_at";
        let failures = self.tally(connection)?.failures.saturating_add(1);
        let until = now + Patience::MANY.lock_out(failures);
        match self {
            Self::Screen(device) => {
                connection.execute(AT_SCREEN, params![device.as_bytes(), failures, until.as_microsecond()])?;
            }
            Self::Address(address) => {
                forget_old(connection, now)?;
                let row = params![address.to_string(), failures, until.as_microsecond(), now.as_microsecond()];
                connection.execute(AT_ADDRESS, row)?;
            }
            Self::Here => {}
        }
        Ok(until)
    }

    /// Forgets what counts against it.
    ///
    /// # Errors
    /// When SQLite cannot write.
    pub fn forgive(self, connection: &Connection) -> rusqlite::Result<()> {
        const SCREEN: &str = "UPDATE device_secret SET failures = 0, locked_until = 0 WHERE device_id = ?1";
        const ADDRESS: &str = "DELETE FROM address_guess WHERE address = ?1";
        match self {
            Self::Screen(device) => connection.execute(SCREEN, params![device.as_bytes()]).map(drop),
            Self::Address(address) => connection.execute(ADDRESS, params![address.to_string()]).map(drop),
            Self::Here => Ok(()),
        }
    }
}

fn forget_old(connection: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    const OLD: &str = "DELETE FROM address_guess WHERE last_at < ?1";
    const SURPLUS: &str = "
        DELETE FROM address_guess
         WHERE address IN (SELECT address FROM address_guess ORDER BY last_at DESC, address LIMIT -1 OFFSET ?1)";
    connection.execute(OLD, params![(now - FORGOTTEN).as_microsecond()])?;
    connection.execute(SURPLUS, params![MOST_ADDRESSES - 1]).map(drop)
}

/// What counts against a place.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Tally {
    /// Wrong PINs in a row.
    pub failures: u32,
    /// Until when only those are heard who may unlock.
    pub locked_until: Timestamp,
}

impl Tally {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let locked_until = Timestamp::from_microsecond(row.get(1)?).unwrap_or_default();
        Ok(Self { failures: row.get(0)?, locked_until })
    }
}

/// The screens that are locked now, and until when.
///
/// # Errors
/// When SQLite cannot read.
pub fn locked_screens(connection: &Connection, now: Timestamp) -> rusqlite::Result<Vec<(DeviceId, Timestamp)>> {
    const LOCKED: &str = "
        SELECT device_id, locked_until FROM device_secret WHERE locked_until > ?1 ORDER BY device_id LIMIT 5000";
    let mut statement = connection.prepare_cached(LOCKED)?;
    let locked = |row: &Row<'_>| {
        let device = DeviceId::from_uuid(uuid::Uuid::from_bytes(row.get(0)?));
        Ok((device, Timestamp::from_microsecond(row.get(1)?).unwrap_or_default()))
    };
    statement.query_map(params![now.as_microsecond()], locked)?.collect()
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn file() -> Connection {
        let file = Connection::open_in_memory().unwrap();
        file.execute_batch(include_str!("../journal/migrations/V17__guesses.sql")).unwrap();
        file
    }

    #[test]
    fn the_first_wrong_ones_cost_nothing_and_each_further_one_twice_as_much_up_to_a_quarter_of_an_hour() {
        let waits =
            |patience: Patience| (1..14).map(|failures| patience.lock_out(failures).as_secs()).collect::<Vec<_>>();
        assert_eq!(waits(Patience::ONE), [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900, 900]);
        assert_eq!(waits(Patience::MANY), [0, 0, 0, 0, 0, 0, 0, 0, 0, 30, 60, 120, 240]);
        assert_eq!(Patience::ONE.lock_out(u32::MAX).as_secs(), 900);
    }

    /// Wrong PINs that are looked at in a day of somebody who never tires and loses no time.
    fn guesses_in_a_day(patience: Patience) -> u32 {
        let (mut second, mut guesses) = (0, 0);
        while second < 24 * 3600 {
            guesses += 1;
            second += patience.lock_out(guesses).as_secs();
        }
        guesses
    }

    #[test]
    fn a_long_pin_waits_half_a_minute_at_most_and_is_harder_to_guess_all_the_same() {
        let [short, long] = [Some(4), Some(6)].map(|digits| guesses_in_a_day(Patience::with_pin(digits)));
        assert_eq!((short, long), (104, 2_884));
        assert!(u64::from(long) * 10_000 < u64::from(short) * 1_000_000, "of ten thousand, and of a million");
        assert_eq!(Patience::with_pin(Some(8)).lock_out(1_000), SignedDuration::from_secs(30));
        for unknown_or_short in [None, Some(5)] {
            assert_eq!(Patience::with_pin(unknown_or_short), Patience::ONE);
        }
    }

    #[test]
    fn an_address_is_forgotten_after_a_quiet_hour_and_no_more_than_a_thousand_are_kept() {
        let file = file();
        let at = |second: i64| Timestamp::from_second(1_800_000_000 + second).unwrap();
        let place = |number: u32| Place::Address(IpAddr::V4(Ipv4Addr::from(0x0a00_0000 + number)));
        for _ in 0..9 {
            assert_eq!(place(0).count_failure(&file, at(0)).unwrap(), at(0));
        }
        assert_eq!(place(0).count_failure(&file, at(0)).unwrap(), at(30));
        for number in 1..1_500 {
            place(number).count_failure(&file, at(1)).unwrap();
        }
        let kept: u32 = file.query_row("SELECT count(*) FROM address_guess", [], |row| row.get(0)).unwrap();
        assert_eq!(kept, MOST_ADDRESSES);
        assert_eq!(place(0).tally(&file).unwrap(), Tally::default(), "the oldest went first");
        place(2_000).count_failure(&file, at(3_700)).unwrap();
        assert_eq!(place(1_499).tally(&file).unwrap(), Tally::default());
    }
}
