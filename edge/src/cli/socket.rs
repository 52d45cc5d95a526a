//! The control socket: the command line on one side, the daemon on the other; one line of JSON each way. Only the owner
//! of the data folder can open it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::Shutdown;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context;
use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;

use super::control::{Answer, Control, execute, execute_in_daemon};
use crate::http::server::Branch;
use crate::journal::DataFolder;

/// A catalog of ten thousand products fits.
const LONGEST_COMMAND: u64 = 32 * 1024 * 1024;
/// The other side is a program on this box: it does not dawdle.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Reply {
    Answer(Answer),
    Failed(String),
}

/// Asks the daemon at the other end.
///
/// # Errors
/// When it does not answer, or refuses.
pub fn ask(mut stream: UnixStream, control: &Control) -> anyhow::Result<Answer> {
    stream.set_read_timeout(Some(PATIENCE))?;
    serde_json::to_writer(&stream, control)?;
    stream.write_all(b"\n")?;
    stream.shutdown(Shutdown::Write)?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    match serde_json::from_str(&text).context("the daemon's answer cannot be read")? {
        Reply::Answer(answer) => Ok(answer),
        Reply::Failed(reason) => Err(anyhow::anyhow!(reason)),
    }
}

/// The daemon's side.
pub struct ControlSocket {
    closing: Arc<AtomicBool>,
    thread: std::thread::JoinHandle<()>,
    folder: DataFolder,
}

impl ControlSocket {
    /// Opens the socket and answers each call from a thread of its own, so that one that dawdles holds up no other.
    ///
    /// # Errors
    /// When the socket cannot be made.
    pub fn open(branch: Branch, runtime: Handle) -> anyhow::Result<Self> {
        let folder = branch.folder.clone();
        let path = folder.control_socket();
        // Whoever holds the folder's lock may clear away what a killed daemon left.
        if path.exists() {
            std::fs::remove_file(&path).with_context(|| format!("could not clear {} away", path.display()))?;
        }
        let listener = UnixListener::bind(&path).with_context(|| format!("could not open {}", path.display()))?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
        let closing = Arc::new(AtomicBool::new(false));
        let thread = std::thread::Builder::new().name("control".to_owned()).spawn({
            let closing = Arc::clone(&closing);
            move || answer_until(&listener, &closing, &branch, &runtime)
        })?;
        Ok(Self { closing, thread, folder })
    }

    /// Takes no more calls. One that is being answered gets its answer, or is told that the branch is stopping.
    pub fn close(self) {
        self.closing.store(true, Ordering::Release);
        // Connecting wakes the thread from its wait; if that fails it has ended already.
        let _ = UnixStream::connect(self.folder.control_socket());
        if self.thread.join().is_err() {
            tracing::error!("the control socket panicked");
        }
        let _ = std::fs::remove_file(self.folder.control_socket());
    }
}

fn answer_until(listener: &UnixListener, closing: &AtomicBool, branch: &Branch, runtime: &Handle) {
    for stream in listener.incoming() {
        if closing.load(Ordering::Acquire) {
            return;
        }
        let (branch, runtime) = (branch.clone(), runtime.clone());
        let answered = std::thread::Builder::new().name("control".to_owned()).spawn(move || {
            let answered = stream.map_err(anyhow::Error::from).and_then(|stream| answer(&stream, &branch, &runtime));
            if let Err(error) = answered {
                tracing::warn!(error = format!("{error:#}"), "a command over the control socket was not answered");
            }
        });
        if let Err(error) = answered {
            tracing::warn!(%error, "there was no thread for a command over the control socket");
        }
    }
}

fn answer(stream: &UnixStream, branch: &Branch, runtime: &Handle) -> anyhow::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut line = String::new();
    if BufReader::new(stream.take(LONGEST_COMMAND)).read_line(&mut line)? == 0 {
        // Somebody only wanted to know whether anybody listens.
        return Ok(());
    }
    let reply = match serde_json::from_str(&line) {
        Ok(control) => {
            let answered = match execute_in_daemon(branch, runtime, &control) {
                Some(answered) => answered,
                None => execute(&branch.journal, &branch.folder, control),
            };
            answered.map_or_else(|error| Reply::Failed(format!("{error:#}")), Reply::Answer)
        }
        Err(error) => Reply::Failed(format!("the command cannot be read: {error}")),
    };
    let mut stream = stream;
    stream.write_all(serde_json::to_string(&reply)?.as_bytes())?;
    Ok(())
}
