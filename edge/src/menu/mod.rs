//! The menu as guests see it, on their own phones and at a door of their own ([`crate::http::guest_router`]): what is sold, what it
//! costs at the table, what has run out, and whether the branch is open.
//!
//! It is made of the catalog in use each time it is asked for, and of nothing else: what no guest may see (stations, taxes, codes,
//! how many are left, why the branch is paused) is not in its shapes ([`wire`]), so that a new field of the catalog does not come out by
//! itself. Nobody says who they are, and nothing can be changed here.
//!
//! It does **not** know orders: a guest follows theirs by [`crate::guests`].
//!
//! Faults: where there is no catalog yet, the menu is empty and says when the branch opens; of a photo that the branch does not have,
//! 404, and the page shows the product without (`edge/tests/menu.rs`).

pub mod routes;
pub mod wire;
