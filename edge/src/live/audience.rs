//! Who listens to what, so that nothing is read or written for nobody.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::scope::Scope;

/// The screens that listen.
#[derive(Clone, Default)]
pub struct Audience(Arc<Mutex<Listening>>);

#[derive(Default)]
struct Listening {
    /// How many there are, also of those that listen to nothing but beats.
    screens: usize,
    /// The scopes somebody listens to, with how many do.
    scopes: BTreeMap<Scope, usize>,
}

impl Audience {
    /// One screen more listens to these, as long as its attendance is kept.
    pub fn attend(&self, scopes: BTreeSet<Scope>) -> Attendance {
        let mut listening = self.listening();
        listening.screens += 1;
        for scope in &scopes {
            *listening.scopes.entry(*scope).or_default() += 1;
        }
        drop(listening);
        Attendance { audience: self.clone(), scopes }
    }

    /// The scopes somebody listens to.
    pub fn scopes(&self) -> BTreeSet<Scope> {
        self.listening().scopes.keys().copied().collect()
    }

    /// Whether there is no screen.
    pub fn is_empty(&self) -> bool {
        self.listening().screens == 0
    }

    fn listening(&self) -> MutexGuard<'_, Listening> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// That a screen listens; until dropped.
pub struct Attendance {
    audience: Audience,
    scopes: BTreeSet<Scope>,
}

impl Attendance {
    /// To what.
    pub const fn scopes(&self) -> &BTreeSet<Scope> {
        &self.scopes
    }
}

impl Drop for Attendance {
    fn drop(&mut self) {
        let mut listening = self.audience.listening();
        listening.screens -= 1;
        for scope in &self.scopes {
            if let Some(count) = listening.scopes.get_mut(scope) {
                *count -= 1;
                if *count == 0 {
                    listening.scopes.remove(scope);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_listened_to_until_the_last_has_left() {
        let audience = Audience::default();
        let branch = BTreeSet::from([Scope::Branch]);
        let (first, second) = (audience.attend(branch.clone()), audience.attend(branch.clone()));
        drop(first);
        assert_eq!(audience.scopes(), branch);
        drop(second);
        assert!(audience.scopes().is_empty() && audience.is_empty());
    }
}
