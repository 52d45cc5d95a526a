//! A small seeded generator: a cut that failed can be made again from its seed.

use std::sync::{Mutex, PoisonError};

use comanda_edge::environment::Randomness;

/// SplitMix64 (Steele, Lea, Flood 2014).
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The generator of this seed.
    pub const fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `end`, without `end`; 0 when `end` is 0.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.bits() >> 16).unwrap_or_default().checked_rem(end).unwrap_or_default()
    }

    /// Heads or tails.
    pub const fn flips(&mut self) -> bool {
        self.bits() & 1 == 0
    }
}

/// The daemon's chance: as secret as the seed, which is enough here.
pub struct Dice(Mutex<Random>);

impl Dice {
    /// Dice that fall as the seed says.
    pub const fn seeded(seed: u64) -> Self {
        Self(Mutex::new(Random::seeded(seed)))
    }
}

impl Randomness for Dice {
    fn fill(&self, bytes: &mut [u8]) {
        let mut random = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&random.bits().to_le_bytes()[..chunk.len()]);
        }
    }
}
