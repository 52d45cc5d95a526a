//! Two orders made one, as the LAN sees it: [`comanda_shared::order::merge`] decides, the kitchen's ledger goes with the
//! lines, and both orders change in one command.

pub mod feature;
pub mod routes;
pub mod wire;
