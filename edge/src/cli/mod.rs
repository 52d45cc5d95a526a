//! The command line, used by people, scripts and tests alike.
//!
//! Every command works with the daemon running (it speaks to it over the control socket) or stopped (it opens the branch
//! as the writer itself): the same feature function runs either way, see [`control`].

pub mod arguments;
pub mod control;
mod inspect;
mod run;
mod socket;

use std::process::ExitCode;

use anyhow::Context;
use arguments::{Arguments, Command};
use clap::Parser;
use control::{Answer, Control};

use crate::config::Config;
use crate::environment::Environment;
use crate::journal::DataFolder;

/// Runs the program; one clear line on failure.
pub fn main() -> ExitCode {
    match act(Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("comanda-edge: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn act(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let Arguments { data_dir, config, json, command } = arguments;
    let config = Config::load(config.as_deref(), data_dir)?;
    let folder = DataFolder::at(&config.data_dir)?;
    match command {
        Command::Run(options) => run::run(&config.overridden_by(options), folder).map(|()| ExitCode::SUCCESS),
        Command::Journal { act } => inspect::inspect(&act, &folder, json),
        other => {
            let control = other.into_control()?;
            let answer = ask(control, &folder)?;
            print(&answer, json)
        }
    }
}

/// Speaks to the daemon that holds the branch, or is the writer itself while nobody does.
fn ask(control: Control, folder: &DataFolder) -> anyhow::Result<Answer> {
    use crate::journal::{HoldError, Journal, StartError};
    match Journal::start(folder, Environment::system()) {
        Ok((journal, thread)) => {
            let answer = control::execute(&journal, folder, control);
            journal.stop();
            drop(journal);
            thread.join().map_err(|_| anyhow::anyhow!("the writer panicked"))?;
            answer
        }
        Err(StartError::Hold(HoldError::Held(_))) => socket::ask(&folder.control_socket(), &control)
            .context("another Comanda holds this branch, and its control socket does not answer"),
        Err(error) => Err(error.into()),
    }
}

#[expect(clippy::print_stdout, reason = "this is what the person at the command line reads")]
fn print(answer: &Answer, json: bool) -> anyhow::Result<ExitCode> {
    if json {
        println!("{}", serde_json::to_string_pretty(&answer.json)?);
    } else {
        println!("{}", answer.text.trim_end());
    }
    Ok(if answer.is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
