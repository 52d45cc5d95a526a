//! Who is asking: from what a request shows to somebody who works here, a screen that works by itself, or a guest; remembered
//! so that the question costs no read each time.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use comanda_shared::device::{Device, Purpose};
use comanda_shared::staff::{Actor, Permission, Role, Staff, Token};
use jiff::Timestamp;
use rusqlite::Connection;
use tokio::sync::watch;
use uuid::Uuid;

use super::lock_out::Place;
use super::secrets;
use crate::devices;
use crate::environment::Environment;
use crate::guests::{self, Guest, GuestKey, GuestPass};
use crate::journal::aggregates::Aggregate;
use crate::journal::{Configuration, Journal, ReadError, Request};

/// Keys of sessions count within the branch: an order that one person sent and heard no answer of is the same order when
/// the next person at that screen sends it again.
pub const SCREENS: Uuid = Uuid::nil();

/// Whoever asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Caller {
    /// Who.
    pub actor: Actor,
    /// As what.
    pub role: Role,
    /// What they are called.
    pub name: String,
    /// Within what an idempotency key of theirs counts.
    pub scope: Uuid,
    /// Until when, for a session.
    pub until: Option<Timestamp>,
    /// Where they ask from.
    pub place: Place,
    /// Whether it is a screen that only shows.
    pub only_shows: bool,
}

impl Caller {
    /// A paired screen where nobody is logged in, where it works so: what hangs on a wall is not asked for a PIN each day.
    /// A kitchen's and the pass's work as a cook does, the guests' board only shows; tills and the manager's pages need
    /// somebody who answers for what is done.
    fn of_screen(device: Device) -> Option<Self> {
        let only_shows = match device.purpose {
            Purpose::Kitchen { .. } | Purpose::Expo => false,
            Purpose::Board => true,
            Purpose::Till | Purpose::Manager => return None,
        };
        Some(Self {
            actor: Actor::Device(device.id),
            role: Role::Kitchen,
            name: device.name,
            scope: SCREENS,
            until: None,
            place: Place::Screen(device.id),
            only_shows,
        })
    }

    /// Whether they may.
    pub fn may(&self, permission: Permission) -> bool {
        let is_shown = matches!(permission, Permission::OrdersView | Permission::CatalogView);
        self.role.allows(permission) && (!self.only_shows || is_shown)
    }

    /// A request of theirs that nobody will repeat.
    pub fn once(&self, environment: &Environment) -> Request {
        Request { device: self.place.screen(), ..Request::once(environment, self.actor) }
    }
}

/// What a request shows for whoever asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Shown {
    /// A token, or a guest's pass.
    Bearer(String),
    /// Cookies: of whoever is logged in, and of the paired screen.
    Cookies {
        /// The secret of a session.
        session: Option<String>,
        /// The secret of the screen.
        screen: Option<String>,
    },
}

impl Shown {
    /// Whether it says who asks, and not only where.
    pub const fn names_somebody(&self) -> bool {
        match self {
            Self::Bearer(secret) => !secret.is_empty(),
            Self::Cookies { session, .. } => session.is_some(),
        }
    }

    /// What tells one from another.
    pub fn secret(&self) -> &str {
        match self {
            Self::Bearer(secret) => secret,
            Self::Cookies { session, screen } => session.as_deref().or(screen.as_deref()).unwrap_or_default(),
        }
    }
}

/// Whoever asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Asker {
    /// Somebody who works here, a script, or a screen by itself.
    Worker(Caller),
    /// A guest who follows their own order.
    Guest(Guest),
}

/// The callers and screens known so far, by the hash of their secret.
#[derive(Clone)]
pub struct Access {
    journal: Journal,
    guests: GuestKey,
    known: Arc<RwLock<Known>>,
    forgotten: watch::Sender<u64>,
}

/// Who was found in the file since everybody was last forgotten.
#[derive(Default)]
struct Known {
    callers: HashMap<[u8; 32], Caller>,
    devices: HashMap<[u8; 32], Device>,
    forgotten: u64,
    configuration: Arc<Configuration>,
}

impl Known {
    /// Remembers who was looked up; not if everybody was forgotten since then, for the file may say otherwise by now.
    fn remember(&mut self, hash: [u8; 32], caller: Caller, forgotten_before: u64) {
        if self.forgotten == forgotten_before {
            self.callers.insert(hash, caller);
        }
    }

    fn forget(&mut self) {
        self.callers.clear();
        self.devices.clear();
        self.forgotten += 1;
    }
}

impl Access {
    /// Nobody known yet.
    pub fn new(journal: Journal, guests: GuestKey) -> Self {
        Self { journal, guests, known: Arc::default(), forgotten: watch::Sender::new(0) }
    }

    /// Who shows this; none when it is nobody's, or no longer. A session counts only as long as its screen is one.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn asker(&self, shown: &Shown) -> Result<Option<Asker>, ReadError> {
        match shown {
            Shown::Bearer(secret) => match self.caller(secret).await? {
                Some(caller) => Ok(Some(Asker::Worker(caller))),
                None => Ok(self.guest(secret).await?.map(Asker::Guest)),
            },
            Shown::Cookies { session, screen } => {
                let device = match screen {
                    Some(screen) => match self.device(screen).await? {
                        Some(device) => Some(device),
                        None => return Ok(None),
                    },
                    None => None,
                };
                let somebody = match session {
                    Some(session) => self.caller(session).await?,
                    None => None,
                };
                let place = device.as_ref().map_or(Place::Here, |device| Place::Screen(device.id));
                let somebody = somebody.map(|caller| Caller { place, ..caller });
                Ok(somebody.or_else(|| device.and_then(Caller::of_screen)).map(Asker::Worker))
            }
        }
    }

    /// The guest whose pass this is.
    async fn guest(&self, secret: &str) -> Result<Option<Guest>, ReadError> {
        let pass = secret.parse::<GuestPass>().ok();
        let Some(order) = pass.and_then(|pass| self.guests.order_of(&pass)) else { return Ok(None) };
        let now = self.journal.environment().clock.now();
        self.journal.readers().read(move |connection| guests::guest_of(connection, order, now)).await
    }

    /// Whose secret this is; none when it is nobody's, or no longer.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn caller(&self, secret: &str) -> Result<Option<Caller>, ReadError> {
        let hash = secrets::hash(secret);
        self.keep_up();
        let (known, forgotten) = {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            (known.callers.get(&hash).cloned(), known.forgotten)
        };
        let caller = match known {
            Some(caller) => Some(caller),
            None => self.look_up(hash, forgotten).await?,
        };
        let now = self.journal.environment().clock.now();
        Ok(caller.filter(|caller| caller.until.is_none_or(|until| now < until)))
    }

    async fn look_up(&self, hash: [u8; 32], forgotten: u64) -> Result<Option<Caller>, ReadError> {
        let found = self.journal.readers().read(move |connection| find(connection, &hash)).await?;
        let roles = Arc::clone(&self.journal.configuration().roles);
        let found = found.map(|caller| Caller { role: roles.resolved(caller.role), ..caller });
        if let Some(caller) = &found {
            let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
            known.remember(hash, caller.clone(), forgotten);
        }
        Ok(found)
    }

    /// Which paired screen has this secret; none when it is none's, or no longer.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn device(&self, secret: &str) -> Result<Option<Device>, ReadError> {
        let hash = secrets::hash(secret);
        self.keep_up();
        let (known, forgotten) = {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            (known.devices.get(&hash).cloned(), known.forgotten)
        };
        if known.is_some() {
            return Ok(known);
        }
        let found = self.journal.readers().read(move |connection| find_device(connection, &hash)).await?;
        if let Some(device) = &found {
            let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
            if known.forgotten == forgotten {
                known.devices.insert(hash, device.clone());
            }
        }
        Ok(found)
    }

    /// Staff, tokens and paired screens change with the branch's configuration: whoever was found before it did is forgotten.
    fn keep_up(&self) {
        let configuration = self.journal.configuration();
        let is_current = |known: &Known| Arc::ptr_eq(&known.configuration, &configuration);
        if !is_current(&self.known.read().unwrap_or_else(PoisonError::into_inner)) {
            let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
            known.forget();
            known.configuration = configuration;
        }
    }

    /// Forgets everybody: the next question is asked of the file. For when a session ends, which no event says.
    pub fn forget(&self) {
        self.known.write().unwrap_or_else(PoisonError::into_inner).forget();
        self.forgotten.send_modify(|times| *times += 1);
    }

    /// Moves when a session has ended: whoever serves somebody for long asks again then, and when the journal's
    /// configuration changes.
    pub fn forgotten(&self) -> watch::Receiver<u64> {
        self.forgotten.subscribe()
    }
}

fn find_device(connection: &Connection, hash: &[u8; 32]) -> rusqlite::Result<Option<Device>> {
    let Some(id) = devices::secrets::device(connection, hash)? else { return Ok(None) };
    Ok(Device::load(connection, id.uuid())?.filter(|device| !device.is_revoked))
}

fn find(connection: &Connection, hash: &[u8; 32]) -> rusqlite::Result<Option<Caller>> {
    if let Some(id) = secrets::token(connection, hash)? {
        let token = Token::load(connection, id.uuid())?.filter(|token| !token.is_revoked);
        return Ok(token.map(|token| Caller {
            actor: Actor::Token(id),
            role: token.role,
            name: token.name,
            scope: id.uuid(),
            until: None,
            place: Place::Here,
            only_shows: false,
        }));
    }
    let Some((id, until)) = secrets::session(connection, hash)? else { return Ok(None) };
    let staff = Staff::load(connection, id.uuid())?.filter(|staff| staff.is_active);
    Ok(staff.map(|staff| Caller {
        actor: Actor::Staff(id),
        role: staff.role,
        name: staff.name().to_owned(),
        scope: SCREENS,
        until: Some(until),
        place: Place::Here,
        only_shows: false,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_looked_up_before_a_session_ended_is_not_remembered_after_it() {
        let caller = Caller {
            actor: Actor::Operator,
            role: Role::Cashier,
            name: "Ana".to_owned(),
            scope: Uuid::nil(),
            until: None,
            place: Place::Here,
            only_shows: false,
        };
        let mut known = Known::default();
        let looked_up = known.forgotten;
        known.forget();
        known.remember([1; 32], caller.clone(), looked_up);
        assert!(known.callers.is_empty());
        let looked_up = known.forgotten;
        known.remember([1; 32], caller.clone(), looked_up);
        assert_eq!(known.callers.get(&[1; 32]), Some(&caller));
    }
}
