//! What products look like: photos that are uploaded, made small, and kept on the branch's disk.
//!
//! A photo comes as a telephone, a camera or a program made it. It is decoded within bounds, turned as it was held, put on
//! white where it was transparent, and written anew as three JPEGs of our own: nothing of the file that came is kept, least
//! of all where it was taken. The three are one file, called by its SHA-256, in `DATA/blobs`; the menu names it. It lies there
//! flushed before anybody is told its name, so that a menu never names what a power cut took. Backups have the folder, and a
//! restored branch shows what it showed.
//!
//! It does **not** know the menu: which product has which picture is said there, and that change stands in the journal. A menu
//! that names a picture the branch does not have (another branch's file, a box that took over) is sold without.
//!
//! Faults: what is no picture, too large, or huge once unpacked is refused before it takes memory or disk
//! ([`photo`]); a disk that is full or refuses keeps what was there, and is told of (`shelf::tests`, `routes::tests`); a decoder that panics
//! has met no picture, and the branch sells on.

pub mod photo;
pub mod routes;
pub mod shelf;

pub use photo::{PhotoError, Size, Sizes};
pub use shelf::Shelf;
