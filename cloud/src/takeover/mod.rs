//! What a box needs to go on with a branch whose box is gone: the whole journal as it was heard, life by life.
//!
//! There is no snapshot beside the truth: the box gets the entries, holds them against the chain, and makes its tables of
//! them as any replay does. It is served at the door for boxes, to the one that was enrolled last.

pub mod routes;
mod store;

pub use store::{Span, chunk, spans};
