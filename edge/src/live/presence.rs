//! Which screens there are, and which of them still paint what they are told.
//!
//! A screen says after each beat how far it has painted, **from inside an animation frame**: a page that is frozen, hidden or
//! covered by another falls silent, though its socket lives on. It is late when nothing was heard of it for 25 seconds, dead
//! after 60. One that left is remembered for half a day, so that somebody notices that the fryer's screen is off.
//!
//! Operational: a restart forgets it, and screens that live say hello again within seconds.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::wire::Hello;

/// Silent for so long, a screen is late.
const LATE: SignedDuration = SignedDuration::from_secs(25);
/// Silent for so long, it is dead.
const DEAD: SignedDuration = SignedDuration::from_secs(60);
/// A screen that left is remembered for so long.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(12);
/// Screens that left and are remembered, at most.
const MOST_GONE: usize = 200;

/// How a screen is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ScreenStatus)]
pub enum Status {
    /// It paints what it is told.
    Alive,
    /// Nothing was heard of it for 25 seconds.
    Late,
    /// Nothing was heard of it for a minute.
    Dead,
}

/// A screen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Present {
    /// Which it says it is: `kitchen`, `pos`.
    pub screen: String,
    /// Which build it runs.
    pub ui_version: String,
    /// Who is logged in at it.
    pub who: String,
    /// How many scopes it listens to.
    pub scopes: usize,
    /// Since when it has listened.
    pub since: Timestamp,
    /// When it last said that it paints, or hello.
    pub heard_at: Timestamp,
    /// How far it has painted.
    pub painted: u64,
    /// Whether its connection stands.
    pub is_connected: bool,
    device: u64,
    polls: bool,
}

impl Present {
    /// How it is by now.
    pub fn status(&self, now: Timestamp) -> Status {
        match now.duration_since(self.heard_at) {
            silent if silent >= DEAD => Status::Dead,
            silent if silent >= LATE => Status::Late,
            _ => Status::Alive,
        }
    }
}

/// Every screen there is, and those that were lately.
#[derive(Clone, Default)]
pub struct Presence(Arc<Known>);

#[derive(Default)]
struct Known {
    next: AtomicU64,
    screens: Mutex<BTreeMap<u64, Present>>,
}

impl Presence {
    /// A screen says what it is; what the same screen was before is forgotten. `secret` only tells one screen from another.
    pub fn arrives(&self, screen: &str, ui_version: &str, who: &str, secret: &str, now: Timestamp) -> Attending {
        let device = device_of(secret, screen);
        let id = self.0.next.fetch_add(1, Ordering::Relaxed);
        let mut screens = self.screens();
        let is_over = |known: &Present| !known.is_connected && now.duration_since(known.heard_at) > REMEMBERED;
        screens.retain(|_, known| !is_over(known) && (known.device != device || (known.is_connected && !known.polls)));
        let gone: Vec<u64> = screens.iter().filter(|(_, known)| !known.is_connected).map(|(id, _)| *id).collect();
        for oldest in gone.iter().take(gone.len().saturating_sub(MOST_GONE)) {
            screens.remove(oldest);
        }
        let (screen, ui_version) = (short(screen), short(ui_version));
        let present = Present {
            screen,
            ui_version,
            who: who.to_owned(),
            scopes: 0,
            since: now,
            heard_at: now,
            painted: 0,
            is_connected: true,
            device,
            polls: false,
        };
        screens.insert(id, present);
        drop(screens);
        Attending { presence: self.clone(), id, stays: false }
    }

    /// A screen asks once more; between two requests it counts as connected until it falls silent.
    pub fn polls(&self, hello: &Hello, who: &str, secret: &str, painted: Option<u64>, now: Timestamp) {
        let known = {
            let screens = self.screens();
            let of_it = |known: &&Present| known.device == device_of(secret, &hello.screen);
            screens.values().find(of_it).map(|known| (known.since, known.painted))
        };
        let attending = self.arrives(&hello.screen, &hello.ui_version, who, secret, now);
        attending.change(|screen| {
            let (since, before) = known.unwrap_or((now, 0));
            (screen.since, screen.painted) = (since, painted.unwrap_or(before));
            screen.scopes = hello.scopes.len();
        });
        attending.stays();
    }

    /// A screen has painted everything up to here; one that is not there is nobody.
    pub fn painted(&self, screen: &str, secret: &str, sequence: u64, now: Timestamp) {
        let device = device_of(secret, screen);
        for known in self.screens().values_mut().filter(|known| known.device == device && known.is_connected) {
            (known.painted, known.heard_at) = (sequence, now);
        }
    }

    /// All of them, those that arrived first first.
    pub fn all(&self) -> Vec<Present> {
        self.screens().values().cloned().collect()
    }

    fn screens(&self) -> MutexGuard<'_, BTreeMap<u64, Present>> {
        self.0.screens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn device_of(secret: &str, screen: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (secret, screen).hash(&mut hasher);
    hasher.finish()
}

/// What a screen says of itself is shown to people: it is no longer than they read.
fn short(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(40).collect()
}

/// That a screen is connected; until dropped.
pub struct Attending {
    presence: Presence,
    id: u64,
    stays: bool,
}

impl Attending {
    /// It listens to so many scopes.
    pub fn listens_to(&self, scopes: usize, now: Timestamp) {
        self.change(|screen| {
            screen.scopes = scopes;
            screen.heard_at = now;
        });
    }

    /// It has painted everything up to here.
    pub fn painted(&self, sequence: u64, now: Timestamp) {
        self.change(|screen| {
            screen.painted = sequence;
            screen.heard_at = now;
        });
    }

    /// It has no connection that could end.
    fn stays(mut self) {
        self.stays = true;
        self.change(|screen| screen.polls = true);
    }

    fn change(&self, change: impl FnOnce(&mut Present)) {
        if let Some(screen) = self.presence.screens().get_mut(&self.id) {
            change(screen);
        }
    }
}

impl Drop for Attending {
    fn drop(&mut self) {
        if !self.stays {
            self.change(|screen| screen.is_connected = false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    #[test]
    fn a_screen_that_falls_silent_is_late_and_then_dead() {
        let presence = Presence::default();
        let kitchen = presence.arrives("kitchen", "5c1f", "Andrés", "secret", at(0));
        kitchen.painted(17, at(10));
        let status = |seconds| presence.all()[0].status(at(seconds));
        assert_eq!(
            [status(34), status(35), status(69), status(70)],
            [Status::Alive, Status::Late, Status::Late, Status::Dead]
        );
        assert_eq!((presence.all()[0].painted, presence.all()[0].is_connected), (17, true));
    }

    #[test]
    fn a_screen_that_left_is_remembered_until_it_comes_back_or_for_half_a_day() {
        let presence = Presence::default();
        drop(presence.arrives("kitchen", "", "Andrés", "fryer", at(0)));
        assert!(!presence.all()[0].is_connected);
        let again = presence.arrives("kitchen", "", "Andrés", "fryer", at(100));
        let other = presence.arrives("kitchen", "", "Andrés", "grill", at(100));
        assert_eq!(presence.all().len(), 2, "the same screen is one");
        drop((again, other));
        drop(presence.arrives("pos", "", "Andrés", "till", at(101 + 12 * 3600)));
        assert_eq!(presence.all().iter().map(|screen| screen.screen.as_str()).collect::<Vec<_>>(), ["pos"]);
    }

    #[test]
    fn what_a_screen_calls_itself_is_cut_to_what_people_read() {
        let presence = Presence::default();
        let _screen = presence.arrives(&"x\n".repeat(100), "", "Andrés", "", at(0));
        assert_eq!(presence.all()[0].screen, "x".repeat(40));
    }
}
