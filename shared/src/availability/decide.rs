//! What saying that something ran out, or is back, makes happen.

use jiff::Timestamp;

use super::{AvailabilityEvent, Item, Restocked, StockedOut, Stockouts, Until};
use crate::ids::ModifierId;
use crate::staff::{Actor, Permission, Role};

/// Of more than so many nobody keeps count by hand.
pub const MOST_LEFT: u32 = 9_999;

/// What is said about an item.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AvailabilityCommand {
    /// It ran out, or so many are left.
    Out {
        /// Its sku.
        sku: String,
        /// What people call it.
        name: String,
        /// For a modifier, its ids in the products that have it.
        modifiers: Vec<ModifierId>,
        /// Until when.
        until: Until,
        /// Why.
        reason: Option<String>,
    },
    /// It can be had again.
    Back,
}

/// Why it is refused. A refusal writes nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AvailabilityRejection {
    /// Whoever asks may not.
    #[error("the permission {0} is missing")]
    PermissionMissing(Permission),
    /// Until a time that has passed.
    #[error("the time it is to be back has passed")]
    UntilPassed,
    /// More are left than anybody counts.
    #[error("a count is at most {MOST_LEFT}")]
    CountTooLarge,
}

/// What it makes happen; nothing when it is so already. What has come back by itself meanwhile is written down with it.
///
/// # Errors
/// [`AvailabilityRejection`]; then nothing happens.
pub fn decide(
    stockouts: &Stockouts,
    item: &Item,
    command: AvailabilityCommand,
    (by, role): (Actor, Role),
    now: Timestamp,
) -> Result<Vec<AvailabilityEvent>, AvailabilityRejection> {
    let needed = Permission::CatalogAvailability;
    if !role.allows(needed) {
        return Err(AvailabilityRejection::PermissionMissing(needed));
    }
    let back = |item: &Item| AvailabilityEvent::Restocked(Restocked { item: item.clone(), by, at: now });
    let mut events: Vec<_> = stockouts.over(now).filter(|over| *over != item).map(back).collect();
    let known = stockouts.get(item);
    match command {
        AvailabilityCommand::Out { until: Until::Instant(until), .. } if until <= now => {
            return Err(AvailabilityRejection::UntilPassed);
        }
        AvailabilityCommand::Out { until: Until::Count(left), .. } if left > MOST_LEFT => {
            return Err(AvailabilityRejection::CountTooLarge);
        }
        AvailabilityCommand::Out { sku, name, modifiers, until, reason } => {
            let is_so = known.is_some_and(|known| known.until == until && known.reason == reason);
            if !is_so {
                let out = StockedOut { item: item.clone(), sku, name, modifiers, until, reason, by, at: now };
                events.push(AvailabilityEvent::StockedOut(out));
            }
        }
        AvailabilityCommand::Back => events.extend(known.map(|known| back(&known.item))),
    }
    Ok(events)
}
