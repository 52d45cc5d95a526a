//! The catalog at this branch: importing a whole version, and showing it.
//!
//! What a catalog is and what makes a file a good one is in [`comanda_shared::catalog`]. A version is kept first, in a
//! transaction of its own, and taken into use by a short one, so that no order waits for a large menu.

pub mod feature;
pub mod pictures;
pub mod popular;
pub mod routes;
