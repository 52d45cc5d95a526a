//! What a screen came in with, and what it may listen to by it; asked again whenever it may have ended.

use std::collections::BTreeSet;
use std::convert::Infallible;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;

use super::scope::Scope;
use super::screen::Farewell;
use crate::guests::Guest;
use crate::http::access;
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;
use crate::http::whence::Whence;
use crate::journal::ReadError;
use crate::staff::{Access, Asker, Shown};

/// The credentials a screen, or a guest's phone, came in with.
pub struct Pass {
    access: Access,
    shown: Shown,
    /// Whether it was a guest's when it came.
    pub is_guests: bool,
}

impl<S: Send + Sync> FromRequestParts<S> for Pass
where
    Branch: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let whence = parts.extensions.get::<Whence>().cloned().unwrap_or_default();
        let is_guests = parts.extensions.get::<Guest>().is_some();
        Ok(Self {
            access: Branch::from_ref(state).access.clone(),
            shown: access::shown(&parts.headers, &whence),
            is_guests,
        })
    }
}

impl Pass {
    /// Who asks, as long as they and their screen may.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn holder(&self) -> Result<Option<Asker>, ReadError> {
        self.access.asker(&self.shown).await
    }

    /// Whose they are by now.
    ///
    /// # Errors
    /// [`Farewell`] when they are nobody's any more.
    pub(super) async fn asker(&self) -> Result<Asker, Farewell> {
        match self.holder().await {
            Ok(asker) => asker.ok_or(Farewell::SessionEnded),
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "who a screen belongs to cannot be read");
                Err(Farewell::Failed)
            }
        }
    }

    /// That whoever it is may still hear all of this: their role may allow less by now.
    ///
    /// # Errors
    /// [`Farewell`] when they may not, or are nobody any more.
    pub(super) async fn still_hears(&self, scopes: &BTreeSet<Scope>) -> Result<(), Farewell> {
        let asker = self.asker().await?;
        if may_listen(&asker, scopes) { Ok(()) } else { Err(Farewell::ScopeRefused) }
    }

    /// Who asks, when they may hear all of this.
    ///
    /// # Errors
    /// When they are nobody, or may not.
    pub(super) async fn may_hear(&self, scopes: &BTreeSet<Scope>) -> Result<Asker, Problem> {
        let asker = self.holder().await.map_err(Problem::from)?;
        let asker = asker.ok_or_else(|| Problem::from(Code::CredentialsInvalid))?;
        if may_listen(&asker, scopes) { Ok(asker) } else { Err(Code::PermissionMissing.into()) }
    }

    /// What tells one screen from another.
    pub fn secret(&self) -> &str {
        self.shown.secret()
    }

    /// Moves when a session has ended.
    pub fn forgotten(&self) -> tokio::sync::watch::Receiver<u64> {
        self.access.forgotten()
    }
}

/// Whether all of these may be listened to: a guest listens to their own order and to nothing else.
pub(super) fn may_listen(asker: &Asker, scopes: &BTreeSet<Scope>) -> bool {
    scopes.iter().all(|scope| match asker {
        Asker::Worker(caller) => caller.may(scope.permission()),
        Asker::Guest(guest) => *scope == Scope::Guest(guest.order),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::staff::Caller;
    use crate::staff::lock_out::Place;
    use comanda_shared::ids::{OrderId, StationId};
    use comanda_shared::staff::{Actor, Role};
    use jiff::Timestamp;
    use uuid::Uuid;

    #[test]
    fn one_scope_that_may_not_be_listened_to_is_enough_to_be_refused() {
        let as_a = |role, only_shows| {
            let (actor, name, scope) = (Actor::Operator, "Ana".to_owned(), Uuid::nil());
            Asker::Worker(Caller { actor, role, name, scope, until: None, place: Place::Here, only_shows })
        };
        let scopes = BTreeSet::from([Scope::Branch, Scope::Station(StationId::from_uuid(Uuid::nil()))]);
        assert!(may_listen(&as_a(Role::Kitchen, false), &scopes) && may_listen(&as_a(Role::Kitchen, true), &scopes));
        let till = BTreeSet::from([Scope::Branch, Scope::Cashier]);
        assert!(may_listen(&as_a(Role::Cashier, false), &till) && !may_listen(&as_a(Role::Kitchen, false), &till));
        let rider = BTreeSet::from([Scope::Rider]);
        assert!(!may_listen(&as_a(Role::Kitchen, true), &rider), "what only shows moves nothing on");
    }

    #[test]
    fn a_guest_listens_to_their_own_order_and_to_nothing_else() {
        let order = |number| OrderId::from_uuid(Uuid::from_u128(number));
        let guest = Asker::Guest(Guest { order: order(1), until: Timestamp::MAX });
        assert!(may_listen(&guest, &BTreeSet::from([Scope::Guest(order(1))])));
        for other in [Scope::Guest(order(2)), Scope::Order(order(1)), Scope::Branch, Scope::Rider, Scope::Admin] {
            assert!(!may_listen(&guest, &BTreeSet::from([Scope::Guest(order(1)), other])), "{other}");
        }
    }
}
