//! The branch daemon of Comanda: it keeps a restaurant's orders in one local journal, gets its tickets printed, and
//! serves its screens, with or without the internet.
//!
//! [`journal`] is the one writer, everything else hangs on it. Features ([`orders`], [`kitchen`], [`catalog`], [`staff`],
//! [`branch`], [`alerts`], [`customers`]) look alike inside; [`printing`] follows the journal to paper, [`live`] to the screens; [`http`] is the
//! LAN's door; [`cli`] the installer's. The rules of the trade are in `comanda-shared`, which knows no disk, clock or network.

pub mod alerts;
pub mod attendance;
pub mod audit;
pub mod availability;
pub mod backup;
pub mod beginning;
pub mod branch;
pub mod cash;
pub mod catalog;
pub mod cli;
pub mod config;
pub mod customers;
pub mod devices;
pub mod environment;
pub mod floor;
pub mod followers;
pub mod guests;
pub mod health;
pub mod http;
pub mod journal;
pub mod kitchen;
pub mod live;
pub mod logs;
pub mod mdns;
pub mod menu;
pub mod orders;
pub mod payments;
pub mod practice;
pub mod printing;
pub mod staff;
pub mod support;
pub mod sync;
pub mod tls;
