//! What papers are laid out with besides what they say themselves.

use std::collections::BTreeMap;

use comanda_shared::order::OrderPersonal;
use comanda_shared::paper::Templates;
use comanda_shared::personal::Personal;
use comanda_shared::picture::PictureHash;

use crate::printing::graphics::Shades;

/// What papers are laid out with besides what they say themselves.
#[derive(Clone, Debug)]
pub struct Supplies {
    /// What stands on receipts, in which order.
    pub templates: Templates,
    /// The pictures these name, as far as the branch keeps them; a logo that it does not keep is left out.
    pub pictures: BTreeMap<PictureHash, Shades>,
    /// What the guest told with the order that the paper is of.
    pub personal: Personal<OrderPersonal>,
    /// What the guest's phone opens to follow that order; none where it is not to be followed.
    pub follow: Option<String>,
}

impl Supplies {
    /// With these templates, and nothing that has to be read.
    pub fn with(templates: Templates) -> Self {
        Self { templates, pictures: BTreeMap::new(), personal: Personal::default(), follow: None }
    }
}
