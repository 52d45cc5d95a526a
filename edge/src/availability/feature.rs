//! Saying that something ran out, or is back, run in the writer.

use std::collections::BTreeSet;

use comanda_shared::availability::{self, AvailabilityCommand, AvailabilityRejection, Item, Until};
use comanda_shared::catalog::{Catalog, Modifier};
use comanda_shared::ids::ModifierId;
use comanda_shared::staff::Role;

use crate::journal::{CommandError, Failure, Journal, Outcome, Request, Step};

/// What is said about an item.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Saying {
    /// It ran out, or so many are left.
    Out {
        /// Until when.
        until: Until,
        /// Why.
        reason: Option<String>,
    },
    /// It can be had again.
    Back,
}

/// What it is said about, as the catalog names it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Named {
    item: Item,
    sku: String,
    name: String,
}

impl Named {
    /// The product of that id or sku.
    pub fn product(catalog: &Catalog, reference: &str) -> Option<Self> {
        let product = catalog.product(reference)?;
        Some(Self { item: Item::Product(product.id), sku: product.sku.clone(), name: product.name.clone() })
    }

    /// The modifier of that id or sku: it is meant in every product that has it.
    pub fn modifier(catalog: &Catalog, reference: &str) -> Option<Self> {
        let id: Option<ModifierId> = reference.parse().ok();
        let Modifier { sku, name, .. } =
            all_modifiers(catalog).find(|modifier| Some(modifier.id) == id || modifier.sku == reference)?;
        Some(Self { item: Item::Modifier(sku.clone()), sku: sku.clone(), name: name.clone() })
    }
}

fn all_modifiers(catalog: &Catalog) -> impl Iterator<Item = &Modifier> {
    catalog.products().flat_map(|product| &product.modifier_groups).flat_map(|group| &group.modifiers)
}

/// Says it, and answers after the commit.
///
/// # Errors
/// [`CommandError`]; then nothing has happened.
pub async fn say(
    journal: &Journal,
    request: Request,
    role: Role,
    about: Named,
    saying: Saying,
) -> Result<Outcome<()>, CommandError<AvailabilityRejection>> {
    journal.command(request, move |step: &mut Step<'_>| run(step, role, about, saying), |_, _| Ok(())).await
}

/// Says it in a step of the writer.
///
/// # Errors
/// The refusal; then nothing is recorded.
pub fn run(
    step: &mut Step<'_>,
    role: Role,
    about: Named,
    saying: Saying,
) -> Result<(), Failure<AvailabilityRejection>> {
    let configuration = step.configuration();
    let Named { item, sku, name } = about;
    let command = match saying {
        Saying::Back => AvailabilityCommand::Back,
        Saying::Out { until, reason } => {
            let modifiers = ids(configuration.catalog.as_deref(), &item);
            AvailabilityCommand::Out { sku, name, modifiers, until, reason }
        }
    };
    let who = (step.request().actor, role);
    let decided = availability::decide(&configuration.stockouts, &item, command, who, step.now());
    let events = decided.map_err(Failure::Refused)?;
    events.into_iter().try_for_each(|event| step.record(event)).map_err(Failure::from)
}

/// The modifier's ids in all products that have it, as the catalog in use has them.
fn ids(catalog: Option<&Catalog>, item: &Item) -> Vec<ModifierId> {
    let Item::Modifier(sku) = item else { return Vec::new() };
    let named = catalog.into_iter().flat_map(all_modifiers).filter(|modifier| modifier.sku == *sku);
    named.map(|modifier| modifier.id).collect::<BTreeSet<_>>().into_iter().collect()
}
