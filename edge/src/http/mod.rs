//! The branch on the LAN: one server, one list of routes for those who work there and one for guests, who may call them, and how
//! refusals look.
//!
//! It does not know what a route does. Bad input never gets past [`extract`]; whoever may not never gets past
//! [`access`].

pub mod access;
pub mod answer;
pub mod cookies;
pub mod extract;
pub mod guest_router;
pub mod openapi;
pub mod page;
pub mod problem;
pub mod router;
pub mod screens;
pub mod server;
pub mod throng;
pub mod trust;
pub mod visitors;
pub mod whence;
pub mod whereabouts;
