//! The command line, used by people, scripts and tests alike.
//!
//! Every command works with the daemon running (it speaks to it over the control socket) or stopped (it opens the branch
//! as the writer itself): the same feature function runs either way, see [`control`].

pub mod arguments;
mod backup;
mod belongings;
pub mod control;
mod inspect;
mod run;
mod socket;

use std::io::{self, Write};
use std::os::unix::net::UnixStream;
use std::process::ExitCode;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::Context;
use arguments::{Arguments, Command, RunOptions};
use clap::Parser;
use comanda_shared::staff::Actor;
use control::{Answer, Control};

use crate::beginning;
use crate::config::Config;
use crate::environment::Environment;
use crate::health::check::Grade;
use crate::health::doctor::examine;
use crate::http::whereabouts::ServedAt;
use crate::journal::{DataFolder, HoldError, Journal, StartError};
use crate::sync::take_over::take_over;

/// How long somebody may hold the branch without listening: a daemon that starts or stops, another command line.
const HOLD_PATIENCE: Duration = Duration::from_secs(5);
const HOLD_PAUSE: Duration = Duration::from_millis(20);

/// Runs the program; one clear line on failure.
pub fn main() -> ExitCode {
    match act(Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("comanda-edge: {error:#}");
            if is_denied(&error) && !rustix::process::geteuid().is_root() {
                eprintln!("comanda-edge: where the branch is another user's, as under systemd, call it with sudo");
            }
            ExitCode::FAILURE
        }
    }
}

fn is_denied(error: &anyhow::Error) -> bool {
    let is_denied = |cause: &io::Error| cause.kind() == io::ErrorKind::PermissionDenied;
    error.chain().any(|cause| cause.downcast_ref().is_some_and(is_denied))
}

fn act(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let Arguments { data_dir, config, json, command } = arguments;
    let config = Config::load(config.as_deref(), data_dir)?;
    let folder = DataFolder::at(&config.data_dir)?.with_backups(config.backup_dir.clone());
    match command {
        Command::Run(options) => run::run(&config.overridden_by(options), folder).map(|()| ExitCode::SUCCESS),
        Command::Practice(options) => run::practise(config, &folder, &options).map(|()| ExitCode::SUCCESS),
        by_hand => {
            let done = act_by_hand(by_hand, config, &folder, json);
            belongings::hand_over(&folder);
            done
        }
    }
}

/// All but serving.
fn act_by_hand(command: Command, config: Config, folder: &DataFolder, json: bool) -> anyhow::Result<ExitCode> {
    match command {
        Command::Journal { act } => inspect::inspect(&act, folder, json),
        Command::Doctor { listen, guests } => {
            let said = RunOptions { listen: listen.into_iter().collect(), guests, ..RunOptions::default() };
            examined(folder, &config.overridden_by(said).places(), json)
        }
        Command::Backup { act } => backup::act(act, folder, json),
        Command::Begin { name } => begun(folder, name, json),
        Command::TakeOver { code, cloud } => taken_over(folder, &cloud, code.as_deref(), json),
        other => {
            let control = other.into_control()?;
            let answer = ask(control, folder)?;
            print(&answer, json)
        }
    }
}

/// What the doctor found; the exit code says whether something is bad.
fn examined(folder: &DataFolder, places: &ServedAt, json: bool) -> anyhow::Result<ExitCode> {
    let diagnosis = examine(folder, &Environment::system(), places);
    let (grade, lines) = (diagnosis.grade(), diagnosis.lines());
    let json_lines = serde_json::json!({"grade": grade, "lines": lines});
    let answer = Answer { text: diagnosis.text(), json: json_lines, is_good: grade != Grade::Bad };
    print(&answer, json)
}

/// Takes a branch over, while nobody else holds the folder.
fn taken_over(folder: &DataFolder, cloud: &str, code: Option<&str>, json: bool) -> anyhow::Result<ExitCode> {
    let _hold = folder.hold()?;
    let taken = take_over(folder, &Environment::system(), cloud, code)?;
    let mut text = format!("this box goes on with branch {}: {} entries", taken.branch, taken.entries);
    if let Some(kept) = &taken.kept {
        text.push_str(&format!("\nwhat was here before is kept as {}", kept.display()));
    }
    text.push_str("\npeople need their PINs anew, and scripts their tokens: these are never in the cloud");
    print(&Answer::good(text, serde_json::to_value(taken)?), json)
}

/// Begins for real: the daemon does it when it runs, this process when not.
fn begun(folder: &DataFolder, name: String, json: bool) -> anyhow::Result<ExitCode> {
    let environment = Environment::system();
    let (journal, thread) = match writer_of(folder, &environment)? {
        Writer::Daemon(stream) => return print(&socket::ask(stream, &Control::Begin { name })?, json),
        Writer::Us(journal, thread) => (journal, thread),
    };
    let meant = beginning::check_meant(&journal, &name);
    journal.readers().close_idle();
    journal.stop();
    drop(journal);
    thread.join().map_err(|_| anyhow::anyhow!("the writer panicked"))?;
    meant?;
    let _hold = folder.hold()?;
    let begun = beginning::begin(folder, &environment, Actor::Operator)?;
    let text = format!("{} orders of the trial are kept in {}", begun.trial.orders, begun.kept.display());
    print(&Answer::good(text, serde_json::json!({"orders": begun.trial.orders, "kept": begun.kept})), json)
}

/// Who writes the branch.
enum Writer {
    /// This process does.
    Us(Journal, JoinHandle<()>),
    /// A daemon does, which listens at the other end.
    Daemon(UnixStream),
}

/// Becomes the writer of the branch, or finds the daemon that is; waits for whoever holds the branch without listening.
fn writer_of(folder: &DataFolder, environment: &Environment) -> anyhow::Result<Writer> {
    let deadline = Instant::now() + HOLD_PATIENCE;
    loop {
        let held = match Journal::start(folder, environment.clone()) {
            Ok((journal, thread)) => return Ok(Writer::Us(journal, thread)),
            Err(StartError::Hold(held @ HoldError::Held(_))) => held,
            Err(error) => return Err(error.into()),
        };
        match UnixStream::connect(folder.control_socket()) {
            Ok(stream) => return Ok(Writer::Daemon(stream)),
            Err(_) if Instant::now() < deadline => std::thread::sleep(HOLD_PAUSE),
            Err(_) => return Err(anyhow::Error::new(held).context("the control socket does not answer")),
        }
    }
}

/// Speaks to the daemon that holds the branch, or is the writer itself while nobody does.
fn ask(control: Control, folder: &DataFolder) -> anyhow::Result<Answer> {
    match writer_of(folder, &Environment::system())? {
        Writer::Us(journal, thread) => {
            let answer = control::execute(&journal, folder, control);
            journal.stop();
            drop(journal);
            thread.join().map_err(|_| anyhow::anyhow!("the writer panicked"))?;
            answer
        }
        Writer::Daemon(stream) => socket::ask(stream, &control),
    }
}

fn print(answer: &Answer, json: bool) -> anyhow::Result<ExitCode> {
    let text = if json { serde_json::to_string_pretty(&answer.json)? } else { answer.text.trim_end().to_owned() };
    writeln!(io::stdout(), "{text}").context("could not print the answer")?;
    Ok(if answer.is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
