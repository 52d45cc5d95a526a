//! The cloud's side, as functions of what it has stored about a branch. Whoever calls them locks that, stores what comes
//! out, commits, and only then answers.

use std::collections::BTreeMap;

use super::batch::Batch;
use super::{ChainHash, Hello, Life, OLDEST, Point, Refusal, VERSION};
use crate::ids::JournalId;

/// What the cloud has of one life of a branch's journal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HeardLife {
    /// The life.
    pub life: Life,
    /// Its number among the branch's lives, from 1 in the order in which they were heard of.
    pub epoch: u32,
    /// The last sequence the cloud has; before the first, the one before it.
    pub applied: u64,
    /// The chain with it.
    pub hash: ChainHash,
}

impl HeardLife {
    /// A life of which nothing has come yet.
    pub const fn new(life: Life, epoch: u32) -> Self {
        Self { life, epoch, applied: life.first - 1, hash: life.parent }
    }
}

/// What the cloud has of a branch: its lives in the order of their epochs. Only the last may still grow.
pub type Heard = [HeardLife];

/// An entry the cloud is asked about: which life, which sequence.
pub type Question = (JournalId, u64);

/// What comes of a hello.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Greeting {
    /// A life to be stored, which fences those before it.
    pub opens: Option<HeardLife>,
    /// What to answer.
    pub answer: Result<HeardLife, Refusal>,
}

/// What comes of a batch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Store the entries after `skip` and move the life to `applied` and `hash`, then acknowledge.
    Apply {
        /// Entries at the front that the cloud has already.
        skip: u64,
        /// The life as it is then.
        life: HeardLife,
    },
    /// All of it is there: acknowledge again.
    Known {
        /// The life as it is.
        life: HeardLife,
    },
    /// Something is missing before it: acknowledge what is there, with `gap`.
    Gap {
        /// The life as it is.
        life: HeardLife,
    },
    /// Nothing is stored.
    Refuse(Refusal),
}

/// The entries a hello can only be answered with: where the cloud's chain stood at them is looked up before [`greet`].
pub fn questions(hello: &Hello) -> Vec<Question> {
    let points = hello.points.iter().map(|point| point.sequence);
    let parents = hello.lineage.lives().iter().map(|life| life.first - 1);
    let asked = points.chain(parents).filter(|&sequence| sequence > 0);
    asked.map(|sequence| (hello.lineage.life_of(sequence).journal, sequence)).collect()
}

/// Answers a hello. `held` is what the cloud has of [`questions`].
pub fn greet(heard: &Heard, hello: &Hello, held: &BTreeMap<Question, ChainHash>) -> Greeting {
    let refuse = |refusal| Greeting { opens: None, answer: Err(refusal) };
    if hello.oldest > VERSION || hello.newest < OLDEST {
        return refuse(Refusal::Unsupported { oldest: OLDEST, newest: VERSION });
    }
    if let Some(refusal) = contradiction(heard, hello) {
        return refuse(refusal);
    }
    let latest = hello.lineage.latest();
    let known = find(heard, latest.journal);
    let is_current = known.is_some_and(|known| heard.last().is_some_and(|last| last.epoch == known.epoch));
    if let Some(known) = known.filter(|_| !is_current) {
        return refuse(Refusal::Fenced { applied: known.applied });
    }
    if let Some(refusal) = fork(hello, held, known) {
        return refuse(refusal);
    }
    match known {
        Some(known) => Greeting { opens: None, answer: Ok(*known) },
        None => next_life(heard, hello, held),
    }
}

fn find(heard: &Heard, journal: JournalId) -> Option<&HeardLife> {
    heard.iter().find(|known| known.life.journal == journal)
}

/// A life is what it was when it was first heard of.
fn contradiction(heard: &Heard, hello: &Hello) -> Option<Refusal> {
    let lives = hello.lineage.lives();
    let other = lives.iter().find(|life| find(heard, life.journal).is_some_and(|known| known.life != **life))?;
    Some(Refusal::Malformed { detail: format!("life {} began otherwise when it was first heard of", other.journal) })
}

/// Where the branch's chain and the cloud's part, if they do.
fn fork(hello: &Hello, held: &BTreeMap<Question, ChainHash>, latest: Option<&HeardLife>) -> Option<Refusal> {
    let ours = |point: &Point| held.get(&(hello.lineage.life_of(point.sequence).journal, point.sequence));
    let (mut agreed, mut differs) = (0, u64::MAX);
    for point in &hello.points {
        match ours(point) {
            Some(hash) if *hash == point.hash => agreed = agreed.max(point.sequence),
            Some(_) => differs = differs.min(point.sequence),
            None => {}
        }
    }
    // The cloud has more of this life than the branch: its disk was set back.
    if latest.is_some_and(|known| hello.head < known.applied) {
        differs = differs.min(hello.head + 1);
    }
    (differs != u64::MAX).then_some(Refusal::Forked { agreed, differs })
}

/// The first life of the branch the cloud has not heard of, once everything before it has come.
fn next_life(heard: &Heard, hello: &Hello, held: &BTreeMap<Question, ChainHash>) -> Greeting {
    let refuse = |refusal| Greeting { opens: None, answer: Err(refusal) };
    let lives = hello.lineage.lives();
    let epoch = heard.last().map_or(1, |last| last.epoch + 1);
    let Some(index) = lives.iter().position(|life| find(heard, life.journal).is_none()) else {
        return refuse(Refusal::Hello);
    };
    let life = lives[index];
    let Some(before) = index.checked_sub(1).and_then(|before| find(heard, lives[before].journal)) else {
        let begins = life.first == 1 && life.parent == ChainHash::GENESIS;
        return match (heard.is_empty(), begins) {
            (true, true) => opened(HeardLife::new(life, epoch)),
            (true, false) => refuse(Refusal::Malformed { detail: "a first life begins at 1".to_owned() }),
            // The branch has a journal here, and this is none that grew from it.
            (false, _) => refuse(Refusal::Fenced { applied: 0 }),
        };
    };
    let parent = life.first - 1;
    if before.applied < parent {
        let is_current = heard.last().is_some_and(|last| last.epoch == before.epoch);
        return match is_current {
            true => Greeting { opens: None, answer: Ok(*before) },
            false => refuse(Refusal::Fenced { applied: before.applied }),
        };
    }
    let at_parent =
        if parent < before.life.first { Some(&before.life.parent) } else { held.get(&(before.life.journal, parent)) };
    if at_parent != Some(&life.parent) {
        let detail = format!("life {} does not grow from what came before it", life.journal);
        return refuse(Refusal::Malformed { detail });
    }
    opened(HeardLife::new(life, epoch))
}

const fn opened(life: HeardLife) -> Greeting {
    Greeting { opens: Some(life), answer: Ok(life) }
}

/// Judges a batch of the branch whose last hello was of this session.
pub fn judge(heard: &Heard, session: u64, batch: &Batch) -> Verdict {
    let head = batch.head();
    if head.session != session {
        // Under way when the branch said hello anew, or when somebody else did.
        return Verdict::Refuse(Refusal::Hello);
    }
    let Some(known) = find(heard, head.journal) else { return Verdict::Refuse(Refusal::Hello) };
    let current = heard.last().map_or(known.epoch, |last| last.epoch);
    if known.epoch < current {
        return Verdict::Refuse(Refusal::Fenced { applied: known.applied });
    }
    if head.epoch != known.epoch {
        return Verdict::Refuse(Refusal::Hello);
    }
    let life = *known;
    if head.first > life.applied + 1 {
        return Verdict::Gap { life };
    }
    // The chain in the batch at the cloud's own end, when the batch reaches that far.
    let at_our_end = batch.link(life.applied);
    if at_our_end.is_some_and(|hash| hash != life.hash) {
        return Verdict::Refuse(Refusal::Hello);
    }
    if head.last <= life.applied {
        return Verdict::Known { life };
    }
    let skip = life.applied + 1 - head.first;
    Verdict::Apply { skip, life: HeardLife { applied: head.last, hash: head.after, ..life } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::BranchId;
    use crate::protocol::Lineage;
    use crate::protocol::batch::tests::{entry, head};
    use uuid::Uuid;

    fn life(n: u128, first: u64, parent: ChainHash) -> Life {
        Life { journal: JournalId::from_uuid(Uuid::from_u128(n)), first, parent }
    }

    fn chain(upto: u64, salt: u8) -> Vec<ChainHash> {
        let mut chain = vec![ChainHash::GENESIS];
        for sequence in 1..=upto {
            chain.push(chain[chain.len() - 1].then(&sequence.to_le_bytes(), &[salt]));
        }
        chain
    }

    fn hello(lives: Vec<Life>, chain: &[ChainHash]) -> Hello {
        let head = chain.len() as u64 - 1;
        let point = |sequence: u64| Point { sequence, hash: chain[usize::try_from(sequence).unwrap()] };
        Hello {
            oldest: 1,
            newest: 1,
            session: 7,
            branch: BranchId::from_uuid(Uuid::from_u128(1)),
            appliance: Uuid::nil(),
            lineage: Lineage::try_from(lives).unwrap(),
            head,
            points: (1..=head).map(point).collect(),
            commands: 0,
            app: "test".to_owned(),
            now_ms: 0,
        }
    }

    fn heard(life: Life, epoch: u32, applied: u64, chain: &[ChainHash]) -> HeardLife {
        HeardLife { life, epoch, applied, hash: chain[usize::try_from(applied).unwrap()] }
    }

    fn held(life: &Life, upto: u64, chain: &[ChainHash]) -> BTreeMap<Question, ChainHash> {
        (life.first..=upto).map(|n| ((life.journal, n), chain[usize::try_from(n).unwrap()])).collect()
    }

    #[test]
    fn a_branch_that_was_never_heard_begins_at_one() {
        let first = life(2, 1, ChainHash::GENESIS);
        let greeting = greet(&[], &hello(vec![first], &chain(5, 0)), &BTreeMap::new());
        assert_eq!(greeting.opens, Some(HeardLife::new(first, 1)));
        assert_eq!(greeting.answer.unwrap().applied, 0);
        let later = life(2, 4, chain(3, 0)[3]);
        let greeting = greet(&[], &hello(vec![later], &chain(5, 0)), &BTreeMap::new());
        assert!(matches!(greeting.answer, Err(Refusal::Malformed { .. })));
    }

    #[test]
    fn a_disk_set_back_is_told_where_to_begin_anew() {
        let (ours, first) = (chain(9, 0), life(2, 1, ChainHash::GENESIS));
        let (known, asked) = ([heard(first, 1, 9, &ours)], held(&first, 9, &ours));
        let set_back = greet(&known, &hello(vec![first], &chain(6, 0)), &asked);
        assert_eq!(set_back.answer, Err(Refusal::Forked { agreed: 6, differs: 7 }));
        let mut grown = chain(6, 0);
        for n in 7..=12 {
            grown.push(grown[n - 1].then(&n.to_le_bytes(), &[1]));
        }
        let grown_since = greet(&known, &hello(vec![first], &grown), &asked);
        assert_eq!(grown_since.answer, Err(Refusal::Forked { agreed: 6, differs: 7 }));
    }

    #[test]
    fn a_new_life_fences_the_one_before_and_needs_all_of_it() {
        let (ours, first) = (chain(9, 0), life(2, 1, ChainHash::GENESIS));
        let second = life(3, 7, ours[6]);
        let asked = held(&first, 9, &ours);
        let greeting = greet(&[heard(first, 1, 9, &ours)], &hello(vec![first, second], &ours), &asked);
        assert_eq!(greeting.opens, Some(HeardLife::new(second, 2)));
        let missing = greet(&[heard(first, 1, 4, &ours)], &hello(vec![first, second], &ours), &held(&first, 4, &ours));
        assert_eq!((missing.opens, missing.answer.unwrap().applied), (None, 4));
        let lives = [heard(first, 1, 9, &ours), HeardLife::new(second, 2)];
        let old = greet(&lives, &hello(vec![first], &ours), &asked);
        assert_eq!(old.answer, Err(Refusal::Fenced { applied: 9 }));
        let foreign = life(4, 1, ChainHash::GENESIS);
        let foreign = greet(&lives, &hello(vec![foreign], &ours), &BTreeMap::new());
        assert_eq!(foreign.answer, Err(Refusal::Fenced { applied: 0 }));
        let elsewhere = Life { parent: ours[5], ..second };
        let elsewhere = greet(&lives[..1], &hello(vec![first, elsewhere], &ours), &asked);
        assert!(matches!(elsewhere.answer, Err(Refusal::Malformed { .. })));
    }

    #[test]
    fn a_branch_of_another_age_is_told_which_versions_are_spoken() {
        let mut from_the_future = hello(vec![life(2, 1, ChainHash::GENESIS)], &chain(1, 0));
        (from_the_future.oldest, from_the_future.newest) = (2, 3);
        let answer = greet(&[], &from_the_future, &BTreeMap::new()).answer;
        assert_eq!(answer, Err(Refusal::Unsupported { oldest: 1, newest: 1 }));
    }

    #[test]
    fn a_batch_is_applied_trimmed_repeated_or_refused_by_where_it_begins() {
        let entries: Vec<_> = (1..=6).map(|n| entry(n, true)).collect();
        let first = Life { journal: head().journal, first: 1, parent: ChainHash::GENESIS };
        let whole = Batch::of(head(), entries.clone()).unwrap();
        let at = |applied| HeardLife { applied, hash: whole.link(applied).unwrap(), ..HeardLife::new(first, 1) };
        let part = |from: u64| {
            let begin = super::super::BatchHead { first: from, before: whole.link(from - 1).unwrap(), ..head() };
            Batch::of(begin, entries[usize::try_from(from - 1).unwrap()..].to_vec()).unwrap()
        };
        assert_eq!(judge(&[at(2)], 7, &part(3)), Verdict::Apply { skip: 0, life: at(6) });
        assert_eq!(judge(&[at(2)], 7, &part(1)), Verdict::Apply { skip: 2, life: at(6) });
        assert_eq!(judge(&[at(2)], 7, &part(4)), Verdict::Gap { life: at(2) });
        assert_eq!(judge(&[at(6)], 7, &part(4)), Verdict::Known { life: at(6) });
        let otherwise = HeardLife { hash: ChainHash([7; 32]), ..at(2) };
        for from in [1, 2, 3] {
            assert_eq!(judge(&[otherwise], 7, &part(from)), Verdict::Refuse(Refusal::Hello));
        }
        let second = HeardLife::new(life(9, 3, whole.link(2).unwrap()), 2);
        assert_eq!(judge(&[at(4), second], 7, &part(5)), Verdict::Refuse(Refusal::Fenced { applied: 4 }));
        assert_eq!(judge(&[], 7, &part(1)), Verdict::Refuse(Refusal::Hello));
        assert_eq!(judge(&[HeardLife { epoch: 3, ..at(2) }], 7, &part(3)), Verdict::Refuse(Refusal::Hello));
        assert_eq!(judge(&[at(2)], 8, &part(3)), Verdict::Refuse(Refusal::Hello));
    }
}
