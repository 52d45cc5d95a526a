//! «Empezar de verdad»: what was sold while a branch was tried out is put aside, and it begins anew with all that was set up.
//!
//! The trial's file is kept beside the new one and named in its first command, with how far its journal came and its last
//! hash: nobody can put a month's sales aside unseen. It happens once in a branch's life; numbers begin at 1.
//!
//! The file can only change places while nobody has it open. So asking for it closes the branch in good order and opens it
//! again in the same process ([`crate::cli`]); with the daemon stopped, the command line does it itself.
//!
//! Faults: everything is made ready in a folder of its own before the file changes places, as a restore does it; whatever
//! fails before that leaves the branch as it was, and it goes on selling (`edge/tests/beginning.rs`,
//! `tests/whole_system/command_line/lives.rs`).

mod anew;
mod check;
pub mod routes;

pub(crate) use anew::begin_file;
pub use anew::{BeginError, Begun, begin};
pub use check::{NotMeant, Obstacle, Trial, check_meant, look};

use tokio::sync::watch;

use comanda_shared::staff::Actor;

/// Whether somebody has asked this process to begin anew, and who.
#[derive(Clone, Debug)]
pub struct Wish(watch::Sender<Option<Actor>>);

impl Default for Wish {
    fn default() -> Self {
        Self(watch::Sender::new(None))
    }
}

impl Wish {
    /// Asks for it.
    pub fn ask(&self, by: Actor) {
        self.0.send_replace(Some(by));
    }

    /// Takes it back: the branch is stopped instead.
    pub fn withdraw(&self) {
        self.0.send_replace(None);
    }

    /// Resolves once somebody has asked.
    pub async fn asked(&self) {
        let mut asked = self.0.subscribe();
        // The sender is here, so the channel is not closed.
        let _ = asked.wait_for(Option::is_some).await;
    }

    /// Who asked.
    pub fn by(&self) -> Option<Actor> {
        *self.0.borrow()
    }
}
