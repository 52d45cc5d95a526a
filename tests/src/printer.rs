//! An emulated ESC/POS printer on a TCP port of this machine or on a serial line, with the faults of real ones.
//!
//! As in a real one, one session prints and the others wait in the backlog; what was received is printed even when the
//! sender has gone away; and the paper is one roll over all connections. It never closes first while it is orderly.

mod front;
mod machine;

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::ticket::PrintedTicket;
use front::Front;
use machine::Machine;

/// How it behaves, until told otherwise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Conduct {
    /// Reads to the end, then closes.
    Orderly,
    /// Switched off: the session is reset, and connecting is refused.
    Refuse,
    /// Its cable is pulled: nothing comes back, not even a refusal.
    BlackHole,
    /// Takes connections and never reads.
    Stall,
    /// Resets each session after this many bytes.
    ResetAfter(usize),
    /// Loses power after this many bytes of a session, and what it had not printed with it; is there again a second later,
    /// and orderly.
    PowerCycles(usize),
    /// Reads this many bytes a second.
    Slow(usize),
    /// Prints so many lines more, then has no paper: keeps what it is sent, says so when asked, and goes on once it is
    /// orderly again.
    PaperEnds(usize),
    /// As without paper, with its cover open.
    CoverOpen,
    /// Takes everything, says that all is well, and prints nothing.
    Loses,
}

/// Which questions it answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answers {
    /// None, as cheap 58 mm printers.
    Nothing,
    /// Status in real time and in order, as most clones.
    Status,
    /// Status, and the name of its model; `GS ( H` it takes for letters to print.
    Identity,
    /// Status, identity and the id of a printed process, as Epson's own.
    Processes,
}

/// The printer; it is switched off and thrown away with its value.
pub struct EmulatedPrinter {
    uri: String,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    conduct: Conduct,
    /// The conduct the printer's thread has taken notice of.
    noticed: Conduct,
    is_thrown_away: bool,
    tickets: Vec<PrintedTicket>,
    connections: u64,
    bytes: u64,
}

impl EmulatedPrinter {
    /// Switches a printer on that is on the network.
    ///
    /// # Errors
    /// When no port is free.
    pub fn start(answers: Answers) -> Result<Self> {
        Self::reached_by(Front::network()?, answers)
    }

    /// Switches a printer on that hangs on a serial line. Switched off or with its cable pulled, what it is sent is nowhere;
    /// a reset is nothing to it.
    ///
    /// # Errors
    /// When the system gives no pseudo-terminal.
    pub fn start_serial(answers: Answers) -> Result<Self> {
        Self::reached_by(Front::line()?, answers)
    }

    fn reached_by((front, uri): (Front, String), answers: Answers) -> Result<Self> {
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                conduct: Conduct::Orderly,
                noticed: Conduct::Orderly,
                is_thrown_away: false,
                tickets: Vec::new(),
                connections: 0,
                bytes: 0,
            }),
            changed: Condvar::new(),
        });
        let machine = Machine::new(front, answers, Arc::clone(&shared));
        let thread = std::thread::Builder::new().name("printer".into()).spawn(move || machine.run());
        Ok(Self { uri, shared, thread: Some(thread.context("start the printer's thread")?) })
    }

    /// As `printer add` takes it: `tcp://127.0.0.1:PORT`, `serial:/dev/pts/7?…`.
    pub fn uri(&self) -> String {
        self.uri.clone()
    }

    /// Changes the conduct, and returns when the printer behaves so.
    ///
    /// # Errors
    /// When the printer does not take notice in time.
    pub fn behave(&self, conduct: Conduct) -> Result<()> {
        self.shared.lock().conduct = conduct;
        let noticed = self.wait_until(Duration::from_secs(5), |state| state.noticed == conduct);
        ensure!(noticed, "the emulated printer does not take notice of {conduct:?}");
        Ok(())
    }

    /// Everything printed so far, torn pieces included.
    pub fn tickets(&self) -> Vec<PrintedTicket> {
        self.shared.lock().tickets.clone()
    }

    /// Waits for a ticket that is what the caller looks for.
    pub fn wait_for(&self, patience: Duration, is_it: impl Fn(&PrintedTicket) -> bool) -> Option<PrintedTicket> {
        self.wait_until(patience, |state| state.tickets.iter().any(&is_it));
        self.shared.lock().tickets.iter().find(|ticket| is_it(ticket)).cloned()
    }

    /// Sessions accepted so far.
    pub fn connections(&self) -> u64 {
        self.shared.lock().connections
    }

    /// Bytes read so far.
    pub fn bytes(&self) -> u64 {
        self.shared.lock().bytes
    }

    fn wait_until(&self, patience: Duration, is_so: impl Fn(&State) -> bool) -> bool {
        let state = self.shared.lock();
        let waited = self.shared.changed.wait_timeout_while(state, patience, |state| !is_so(state));
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }
}

impl Drop for EmulatedPrinter {
    fn drop(&mut self) {
        self.shared.lock().is_thrown_away = true;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            eprintln!("the emulated printer at {} had panicked", self.uri);
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What to do now, or `None` to end.
    fn wanted(&self) -> Option<Conduct> {
        let state = self.lock();
        (!state.is_thrown_away).then_some(state.conduct)
    }

    /// The printer behaves so from here on.
    fn notice(&self, conduct: Conduct) {
        let mut state = self.lock();
        if state.noticed != conduct {
            state.noticed = conduct;
            self.changed.notify_all();
        }
    }
}

#[cfg(test)]
mod tests;
