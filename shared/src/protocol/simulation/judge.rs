//! What must hold once everything is mended.

use std::collections::BTreeMap;

use super::branch::Appliance;
use super::cloud::{Stored, id_and_amount};
use super::world::World;
use crate::ids::BranchId;
use crate::protocol::{ChainHash, Lineage, Sender, Standing};

pub fn judge(world: &World) -> Result<(), String> {
    for (branch, stored) in &world.cloud.stored {
        the_log_is_whole(stored).map_err(|fault| format!("{branch}: {fault}"))?;
        each_entry_counts_once(stored).map_err(|fault| format!("{branch}: {fault}"))?;
    }
    let mut served: BTreeMap<BranchId, u32> = BTreeMap::new();
    for appliance in &world.boxes {
        let branch = appliance.branch;
        let is_served = matches!(appliance.sender.as_ref().map(Sender::standing), Some(Standing::Streaming));
        *served.entry(branch).or_default() += u32::from(is_served);
        if is_served {
            let stored = world.cloud.stored.get(&branch).ok_or("the cloud never heard of a branch")?;
            the_cloud_has_what_the_branch_has(appliance, stored).map_err(|fault| format!("{branch}: {fault}"))?;
            every_command_had_its_effect_once(appliance).map_err(|fault| format!("{branch}: {fault}"))?;
        }
    }
    match served.iter().find(|(_, count)| **count == 0) {
        Some((branch, _)) => {
            let of_branch = world.boxes.iter().filter(|appliance| appliance.branch == *branch);
            let standings: Vec<_> =
                of_branch.map(|appliance| appliance.sender.as_ref().map(Sender::standing)).collect();
            Err(format!("no box of {branch} may go on: {standings:?}"))
        }
        None => Ok(()),
    }
}

/// Each life is there without a gap from its first entry to where it stands, and the chain over it is whole.
fn the_log_is_whole(stored: &Stored) -> Result<(), String> {
    for heard in &stored.heard {
        let mut hash = heard.life.parent;
        for sequence in heard.life.first..=heard.applied {
            let held = stored.log.get(&(heard.life.journal, sequence));
            let (entry, link) = held.ok_or_else(|| format!("entry {sequence} is missing"))?;
            hash = hash.then(&entry.header, &entry.body);
            if hash != *link {
                return Err(format!("the chain is broken at {sequence}"));
            }
        }
        if hash != heard.hash {
            return Err(format!("life {} does not end where it says", heard.epoch));
        }
        if stored.fenced.get(&heard.life.journal).is_some_and(|&at| at != heard.applied) {
            return Err(format!("life {} grew after it was fenced", heard.epoch));
        }
    }
    let counted: u64 = stored.heard.iter().map(|heard| heard.applied + 1 - heard.life.first).sum();
    if counted == stored.log.len() as u64 { Ok(()) } else { Err("there are entries beyond the cursor".to_owned()) }
}

fn each_entry_counts_once(stored: &Stored) -> Result<(), String> {
    if let Some((id, count)) = stored.effects.iter().find(|(_, count)| **count != 1) {
        return Err(format!("entry {id} counted {count} times"));
    }
    let amount: u64 = stored.log.values().map(|(entry, _)| id_and_amount(entry).1).sum();
    if amount == stored.amount { Ok(()) } else { Err("the money does not agree".to_owned()) }
}

fn the_cloud_has_what_the_branch_has(appliance: &Appliance, stored: &Stored) -> Result<(), String> {
    let lineage = Lineage::try_from(appliance.disk.lives.clone()).map_err(|error| error.to_string())?;
    for (index, held) in appliance.disk.entries.iter().enumerate() {
        let sequence = index as u64 + 1;
        let life = lineage.life_of(sequence).journal;
        if stored.log.get(&(life, sequence)) != Some(held) {
            return Err(format!("entry {sequence} is not in the cloud as it is at the branch"));
        }
    }
    let current = stored.heard.last().map_or(ChainHash::GENESIS, |heard| heard.hash);
    if current == appliance.disk.head_hash() { Ok(()) } else { Err("the two ends differ".to_owned()) }
}

fn every_command_had_its_effect_once(appliance: &Appliance) -> Result<(), String> {
    let expected: Vec<u64> = (1..=appliance.disk.commands).collect();
    if appliance.disk.effects == expected { Ok(()) } else { Err("a command had its effect twice or never".to_owned()) }
}
