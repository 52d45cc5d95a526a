//! HTTPS beside HTTP, with an authority of the branch's own: a public one gives no certificate for an address of a local
//! network, and a browser gives a page its full powers (a page that opens without the network, a screen that stays awake, the
//! camera) only over HTTPS.
//!
//! - [`authority`] is made once and put by hand on each tablet, which trusts it from then on. It can vouch for nothing but a
//!   local network's names and addresses: who steals its key is believed by no tablet to be a bank.
//! - [`leaf`] is what the branch shows: for its names and addresses as they are, made anew when they change or it nears its end.
//! - [`certificates`] holds both and swaps the second under open connections; [`keeper`] looks once a minute.
//! - [`listener`] lets in who shakes hands in time; [`plain`] tells whoever speaks HTTP there where to go.
//! - [`page`] is `/ca`: the authority to download, with what to tap on each kind of tablet.
//!
//! Both stand in the data folder, for its owner only, and in no backup: a copy of a branch is not also a copy of what its
//! tablets believe. A branch that is restored on another box makes an authority of its own, and meanwhile answers over HTTP.
//!
//! Faults: a clock that is wrong (the authority does not depend on it, and a leaf is made anew once it is right); a file that
//! was cut (it is told, and HTTP goes on); somebody who connects and dawdles. `edge/tests/https.rs` shows it to a real client.

pub mod authority;
pub mod certificates;
pub mod command;
pub mod keeper;
pub mod leaf;
pub mod listener;
pub mod page;
mod plain;

use std::io;
use std::path::PathBuf;

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file of the folder cannot be read or written.
    #[error("could not use {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A certificate cannot be made.
    #[error("could not make the certificate of {of}")]
    Make {
        /// Of the authority, or of the branch.
        of: &'static str,
        /// Why.
        source: rcgen::Error,
    },
    /// A certificate cannot be shown to anybody.
    #[error("the certificate cannot be used")]
    Use(#[source] rustls::Error),
    /// What stands in a file is no certificate.
    #[error("what is kept is no certificate")]
    Broken,
}
