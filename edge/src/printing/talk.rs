//! What is said to a printer on one connection: how are you, a job, and is it out.
//!
//! The proof of a job is the best its printer can give: it names the job it has printed, or answers a question that stands
//! behind the job, or closes in good order, or nothing. A printer that has the whole job and says that it needs paper is
//! waited for: it goes on by itself.

use std::io;
use std::time::{Duration, Instant};

use comanda_shared::kitchen::Proof;

use super::answers::{
    ARE_YOU_DONE, ARE_YOU_THERE, Abilities, Answer, HAVE_YOU_PAPER, WHO_ARE_YOU, WHY_OFFLINE, process_id, read,
    say_when_printed,
};
use super::board::Wait;
use super::transport::{Broken, Link};

/// Bytes handed over at once; between slices a stop is looked for.
const SLICE: usize = 1024;
/// How long to listen at a time.
const LISTENING: Duration = Duration::from_millis(250);
/// How long a printer may take to say that it is there: one that prints for somebody else meanwhile says nothing.
const THERE: Duration = Duration::from_secs(1);
/// How long a printer that was never spoken to may take for an answer, of whatever kind it has.
const LEARNING: Duration = Duration::from_millis(400);
/// How long a printer has for its proof without a sign of life, and for each kilobyte besides, up to the longest.
const PROOF: Duration = Duration::from_secs(5);
const LONGEST_PROOF: Duration = Duration::from_secs(30);
/// How long a printer may live and say that all is well, and yet prove nothing.
const UNPROVED: Duration = Duration::from_secs(30);
/// How long a printer has when the branch is stopping.
const LEAVING: Duration = Duration::from_secs(3);
/// How long a goodbye is waited for that proves nothing any more.
const POLITE: Duration = Duration::from_millis(500);

/// What is expected of a printer that answers nothing after the last byte.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Farewell {
    /// How long it may take to close in good order.
    pub patience: Duration,
    /// Whether it is known to do so: then silence means that it is stalled, and nobody knows what came out.
    pub is_expected: bool,
}

/// Who looks on while a printer is spoken to.
pub trait Onlooker {
    /// It took a byte, or gave a sign of life.
    fn progress(&self);
    /// It has the whole job and waits for this, or no longer.
    fn waits(&self, wait: Option<Wait>);
    /// Whether the branch stops.
    fn is_leaving(&self) -> bool;
}

/// A conversation with a printer.
pub struct Talk<'o> {
    link: Box<dyn Link>,
    onlooker: &'o dyn Onlooker,
    inbox: Vec<u8>,
    model: Option<String>,
}

impl<'o> Talk<'o> {
    /// Over a link that nothing was said on yet.
    pub fn new(link: Box<dyn Link>, onlooker: &'o dyn Onlooker) -> Self {
        Self { link, onlooker, inbox: Vec::new(), model: None }
    }

    /// What the printer answers at all. Only one that says what model it is is asked for a process: others print that.
    ///
    /// # Errors
    /// Of the way.
    pub fn learn(&mut self, number: u64) -> io::Result<Abilities> {
        let status = self.ask(ARE_YOU_THERE, LEARNING, |answer| matches!(answer, Answer::RealTime(_)))?.is_some();
        if !status {
            return Ok(Abilities::default());
        }
        let in_order = self.ask(ARE_YOU_DONE, LEARNING, |answer| matches!(answer, Answer::InOrder(_)))?.is_some();
        if in_order {
            let says = self.ask(WHO_ARE_YOU, LEARNING, |answer| matches!(answer, Answer::Says(_)))?;
            self.model = says.and_then(|answer| if let Answer::Says(model) = answer { Some(model) } else { None });
        }
        let processes = self.model.is_some() && {
            let id = process_id(number);
            self.ask(&say_when_printed(id), LEARNING, |answer| *answer == Answer::Printed(id))?.is_some()
        };
        Ok(Abilities { status, in_order, processes })
    }

    /// What model it said it is, when it was asked.
    pub fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }

    /// Whether a printer that can answer does.
    ///
    /// # Errors
    /// Of the way.
    pub fn is_there(&mut self) -> io::Result<bool> {
        Ok(self.ask(ARE_YOU_THERE, THERE, |answer| matches!(answer, Answer::RealTime(_)))?.is_some())
    }

    /// What a printer that can answer waits for. A mere «offline» is not enough: some say so and print well.
    ///
    /// # Errors
    /// Of the way.
    pub fn wait(&mut self) -> io::Result<Option<Wait>> {
        let is_real_time = |answer: &Answer| matches!(answer, Answer::RealTime(_));
        let offline = self.ask(WHY_OFFLINE, THERE, is_real_time)?;
        if let Some(wait) = offline.as_ref().and_then(Answer::offline_cause) {
            return Ok(Some(wait));
        }
        let paper = self.ask(HAVE_YOU_PAPER, THERE, is_real_time)?;
        Ok(paper.as_ref().and_then(Answer::paper))
    }

    /// Ends a conversation in which no job was sent.
    pub fn part(mut self) {
        // It proves nothing; a printer that was left without a word may stay closed to the next for half a minute.
        let _ = self.close(Farewell { patience: POLITE, is_expected: false });
    }

    /// Breaks off: what has not left yet is withdrawn.
    pub fn abandon(mut self) {
        self.link.abandon();
    }

    /// Sends a whole job, and says how well it is known that it came out.
    ///
    /// # Errors
    /// [`Broken`], which says how much had been taken: more than nothing means that the outcome is unknown.
    pub fn print(
        mut self,
        bytes: &[u8],
        abilities: Abilities,
        farewell: Farewell,
        number: u64,
    ) -> Result<Proof, Broken> {
        let mut sent = 0;
        let printed = self.send(bytes, &mut sent).and_then(|()| self.prove(bytes.len(), abilities, farewell, number));
        printed.map_err(|reason| {
            self.link.abandon();
            Broken { sent, reason }
        })
    }

    fn send(&mut self, bytes: &[u8], sent: &mut usize) -> io::Result<()> {
        while *sent < bytes.len() {
            if *sent == 0 && self.onlooker.is_leaving() {
                return Err(io::Error::other("the branch is stopping"));
            }
            match self.link.write(&bytes[*sent..bytes.len().min(*sent + SLICE)]) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(taken) => {
                    *sent += taken;
                    self.onlooker.progress();
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn prove(&mut self, length: usize, abilities: Abilities, farewell: Farewell, number: u64) -> io::Result<Proof> {
        let id = process_id(number);
        let proof = if abilities.processes {
            self.say(&say_when_printed(id))?;
            self.await_proof(length, abilities, |answer| *answer == Answer::Printed(id))?;
            Proof::Confirmed
        } else if abilities.in_order {
            self.inbox.clear();
            self.say(ARE_YOU_DONE)?;
            self.await_proof(length, abilities, |answer| matches!(answer, Answer::InOrder(_)))?;
            Proof::Answered
        } else {
            return self.close(farewell);
        };
        // The job is out: how the printer says goodbye changes nothing any more.
        let _ = self.close(Farewell { patience: POLITE, is_expected: false });
        Ok(proof)
    }

    /// Waits for an answer that proves a job; as long as it takes while the printer says that it waits for somebody.
    fn await_proof(&mut self, length: usize, abilities: Abilities, is_it: impl Fn(&Answer) -> bool) -> io::Result<()> {
        let kilobytes = u32::try_from(length / 1024).unwrap_or(u32::MAX);
        let patience = (PROOF + Duration::from_secs(1) * kilobytes.min(30)).min(LONGEST_PROOF);
        let (mut well_since, mut alive_at, mut asked_at) = (Instant::now(), Instant::now(), Instant::now());
        loop {
            if self.hear(LISTENING, &is_it)?.is_some() {
                self.onlooker.progress();
                self.onlooker.waits(None);
                return Ok(());
            }
            let silent = || io::Error::new(io::ErrorKind::TimedOut, "the printer took the ticket and then fell silent");
            if alive_at.elapsed() >= patience || well_since.elapsed() >= UNPROVED {
                return Err(silent());
            }
            if self.onlooker.is_leaving() && well_since.elapsed() >= LEAVING {
                return Err(silent());
            }
            if abilities.status && asked_at.elapsed() >= THERE {
                asked_at = Instant::now();
                self.say(WHY_OFFLINE)?;
                self.say(HAVE_YOU_PAPER)?;
                let mut life = None;
                // Whatever comes first may be the proof itself.
                for cause in [Answer::offline_cause as fn(&Answer) -> Option<Wait>, Answer::paper] {
                    let heard = self.hear(THERE, |answer| matches!(answer, Answer::RealTime(_)) || is_it(answer))?;
                    match heard {
                        Some(answer) if is_it(&answer) => {
                            self.onlooker.waits(None);
                            return Ok(());
                        }
                        Some(answer) => life = Some(life.flatten().or_else(|| cause(&answer))),
                        None => {}
                    }
                }
                if let Some(wait) = life {
                    alive_at = Instant::now();
                    self.onlooker.waits(wait);
                    if wait.is_some() {
                        well_since = Instant::now();
                    } else {
                        self.onlooker.progress();
                    }
                }
            }
        }
    }

    /// Says goodbye and waits for the printer's: then its side has every byte. Answers are read and dropped, for unread
    /// ones would turn the close into a reset.
    fn close(&mut self, farewell: Farewell) -> io::Result<Proof> {
        if !self.link.finish()? {
            return Ok(Proof::Sent);
        }
        let began = Instant::now();
        let mut answers = [0; 256];
        loop {
            if self.link.read(&mut answers, LISTENING.min(farewell.patience))? == Some(0) {
                self.onlooker.progress();
                return Ok(Proof::Delivered);
            }
            let is_leaving = self.onlooker.is_leaving();
            let patience = if is_leaving { farewell.patience.min(LEAVING) } else { farewell.patience };
            if began.elapsed() >= patience {
                return if farewell.is_expected || is_leaving {
                    let silence = "the printer took the ticket and then fell silent";
                    Err(io::Error::new(io::ErrorKind::TimedOut, silence))
                } else {
                    Ok(Proof::Sent)
                };
            }
        }
    }

    fn ask(
        &mut self,
        question: &[u8],
        patience: Duration,
        is_it: impl Fn(&Answer) -> bool,
    ) -> io::Result<Option<Answer>> {
        // What was said before answers something else.
        self.inbox.clear();
        self.say(question)?;
        self.hear(patience, is_it)
    }

    fn say(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            match self.link.write(bytes)? {
                0 => return Err(io::ErrorKind::WriteZero.into()),
                taken => bytes = &bytes[taken..],
            }
        }
        Ok(())
    }

    /// The first answer that is looked for; others are passed over.
    fn hear(&mut self, within: Duration, is_it: impl Fn(&Answer) -> bool) -> io::Result<Option<Answer>> {
        let until = Instant::now() + within;
        let mut buffer = [0; 256];
        loop {
            while let Some((answer, taken)) = read(&self.inbox) {
                self.inbox.drain(..taken);
                if let Some(answer) = answer.filter(&is_it) {
                    return Ok(Some(answer));
                }
            }
            match self.link.read(&mut buffer, until.saturating_duration_since(Instant::now()))? {
                Some(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Some(length) => self.inbox.extend_from_slice(&buffer[..length]),
                None => return Ok(None),
            }
        }
    }
}

#[cfg(test)]
mod tests;
