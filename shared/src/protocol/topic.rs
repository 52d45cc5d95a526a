//! Where messages go. A branch writes under its own name only, which the broker takes from its certificate.

use std::fmt;

use crate::ids::BranchId;

/// How many shards the branches are spread over; part of the protocol's version.
pub const SHARDS: u8 = 64;

/// A topic.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Topic {
    /// What a branch says: `b/BRANCH/up/SHARD`.
    Up(BranchId),
    /// What it is told: `b/BRANCH/down`.
    Down(BranchId),
    /// Whether it is there, kept by the broker: `b/BRANCH/up/here`.
    Here(BranchId),
}

impl fmt::Display for Topic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Up(branch) => write!(formatter, "b/{branch}/up/{}", shard_of(*branch)),
            Self::Down(branch) => write!(formatter, "b/{branch}/down"),
            Self::Here(branch) => write!(formatter, "b/{branch}/up/here"),
        }
    }
}

/// The topics of all branches of a shard, for whoever hears them.
pub fn all_up(shard: u8) -> String {
    format!("b/+/up/{shard}")
}

/// The shard of a branch: the last byte of its id, which is chance.
pub fn shard_of(branch: BranchId) -> u8 {
    branch.as_bytes()[15] % SHARDS
}

/// Why a text is no topic of ours.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("«{0}» is no topic of this protocol")]
pub struct BadTopic(String);

impl std::str::FromStr for Topic {
    type Err = BadTopic;

    fn from_str(text: &str) -> Result<Self, BadTopic> {
        let bad = || BadTopic(text.to_owned());
        let rest = text.strip_prefix("b/").ok_or_else(bad)?;
        let (branch, rest) = rest.split_once('/').ok_or_else(bad)?;
        let branch: BranchId = branch.parse().map_err(|_| bad())?;
        let topic = match rest {
            "down" => Self::Down(branch),
            "up/here" => Self::Here(branch),
            _ => Self::Up(branch),
        };
        // One spelling each: what is printed otherwise, or under another shard, is none of ours.
        if topic.to_string() == text { Ok(topic) } else { Err(bad()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_reads_back_what_it_printed_and_nothing_else() {
        let branch: BranchId = "019aa7c0-0000-7000-8000-0000000000ff".parse().unwrap();
        for topic in [Topic::Up(branch), Topic::Down(branch), Topic::Here(branch)] {
            assert_eq!(topic.to_string().parse::<Topic>().unwrap(), topic);
        }
        assert_eq!(Topic::Up(branch).to_string(), format!("b/{branch}/up/63"));
        for text in ["b/x/down", "b/019AA7C0-0000-7000-8000-0000000000FF/down", "b//up/1", "c/d", ""] {
            assert!(text.parse::<Topic>().is_err(), "{text}");
        }
        assert!(format!("b/{branch}/up/1").parse::<Topic>().is_err());
    }
}
