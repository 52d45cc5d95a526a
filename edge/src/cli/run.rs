//! Serving the branch: start in order, stop in order.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use comanda_shared::staff::Actor;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

use super::arguments::PracticeOptions;
use super::socket::ControlSocket;
use super::{Writer, writer_of};
use crate::backup::daily::{Daily, Failures};
use crate::beginning;
use crate::config::{Beside, Config};
use crate::devices;
use crate::environment::Environment;
use crate::health::watch::{HealthWatch, Looker};
use crate::health::watchdog::Supervisor;
use crate::http::access::Hosts;
use crate::http::server::{Branch, Door, Listeners, serve};
use crate::http::trust::Trust;
use crate::http::whereabouts::{ServedAt, Taken};
use crate::journal::{DataFolder, HoldError};
use crate::logs::Logs;
use crate::mdns::naming::{Naming, WantedName};
use crate::orders::course::Timetable;
use crate::practice;
use crate::printing::arrivals::Arrivals;
use crate::printing::spooler::Spooler;
use crate::staff::secrets::Pepper;
use crate::sync::Uplink;

/// How long requests that have begun may take once the branch stops: a client that sent half of one is not waited for.
const DRAIN_PATIENCE: Duration = Duration::from_secs(5);

/// Serves until SIGTERM or Ctrl-C.
///
/// # Errors
/// When the branch cannot be opened or the address not be listened on.
pub fn run(config: &Config, folder: DataFolder) -> anyhow::Result<()> {
    let logs = Logs::begin(&config.log, config.log_format);
    log_panics();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(serve_until_stopped(config, folder.with_backups(config.backup_dir.clone()), logs))
}

/// Serves, and again where the branch is to begin for real in between.
async fn serve_until_stopped(config: &Config, folder: DataFolder, logs: Logs) -> anyhow::Result<()> {
    let mut places = None;
    loop {
        let (served_at, by) = match serve_branch(config, places.as_ref(), folder.clone(), logs.clone()).await? {
            Ended::Stopped => return Ok(()),
            Ended::ToBegin { places, by } => (places, by),
        };
        places = Some(served_at);
        let folder = folder.clone();
        let begun = tokio::task::spawn_blocking(move || {
            let _hold = folder.hold()?;
            anyhow::Ok(beginning::begin(&folder, &Environment::system(), by)?)
        });
        match begun.await? {
            Ok(begun) => {
                tracing::info!(orders = begun.trial.orders, kept = %begun.kept.display(), "the branch begins for real")
            }
            Err(error) => tracing::error!(
                error = format!("{error:#}"),
                "the branch could not begin for real, and goes on as it was"
            ),
        }
    }
}

/// Why the branch is served no longer.
enum Ended {
    /// Somebody stopped it.
    Stopped,
    /// It begins for real, and is served again at the same addresses.
    ToBegin {
        /// Where it was.
        places: ServedAt,
        /// Who asked.
        by: Actor,
    },
}

/// Makes a practice branch of what the branch is set up with, and serves it until SIGTERM or Ctrl-C.
///
/// # Errors
/// When it cannot be made, or is practised already, or the address cannot be listened on.
pub fn practise(config: Config, branch: &DataFolder, options: &PracticeOptions) -> anyhow::Result<()> {
    let next_port = SocketAddr::new(config.listen[0].ip(), config.listen[0].port().saturating_add(1));
    let folder = DataFolder::at(&branch.practice())?;
    practice::prepare(branch, &folder, &Environment::system(), options.print)?;
    let listen = vec![options.listen.unwrap_or(next_port)];
    // The branch itself has the name, what tablets believe, and the guests.
    let (https, guests, local_name) = (Beside::Off, Beside::Off, WantedName::Off);
    let trust = options.trust.unwrap_or(config.trust);
    let data_dir = branch.practice();
    run(&Config { data_dir, listen, https, guests, local_name, trust, backup_dir: None, ..config }, folder)
}

/// A panic is logged like everything else, with its thread and place; its message may hold what a guest wrote, and is left
/// to standard error.
fn log_panics() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let thread = std::thread::current();
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(thread = thread.name().unwrap_or("?"), place, "a thread panicked; what it did is undone");
        before(panic);
    }));
}

async fn serve_branch(
    config: &Config,
    places: Option<&ServedAt>,
    folder: DataFolder,
    logs: Logs,
) -> anyhow::Result<Ended> {
    let environment = Environment::system();
    let supervisor = Arc::new(Supervisor::of_this_process());
    supervisor.opening();
    let (journal, writer) = match writer_of(&folder, &environment)? {
        Writer::Us(journal, thread) => (journal, thread),
        Writer::Daemon(_) => return Err(HoldError::Held(config.data_dir.clone()).into()),
    };
    let pepper = Pepper::at(&folder.pepper(), &environment).context("could not read the pepper of PINs")?;
    let listeners = listeners(config, places).await?;
    let door = Door { hosts: Hosts::named(config.hosts.clone()), trust: config.trust };
    let branch = Branch::new(journal.clone(), pepper, door, folder.clone(), logs);
    let control = ControlSocket::open(branch.clone(), tokio::runtime::Handle::current())?;
    let (roll, failures) = (branch.roll.clone(), Failures::default());
    let daily = Daily::start(folder.clone(), environment.clone(), failures.clone(), roll.clone())?;
    let watch = HealthWatch::start(Looker::new(journal.clone(), folder.clone(), failures, roll.clone()))?;
    let spooler = Spooler::start(
        journal.clone(),
        folder.clone(),
        branch.board.clone(),
        branch.surroundings.clone(),
        branch.guests.clone(),
        roll.clone(),
    );
    let arrivals = Arrivals::start(journal.clone(), branch.surroundings.clone(), roll.clone())?;
    let timetable = Timetable::start(journal.clone(), roll.clone())?;
    let naming = naming(config, &branch)?;
    let uplink = Uplink::start(journal.clone(), folder, branch.board.clone(), branch.sync.clone(), roll);

    if config.trust == Trust::Paired && journal.readers().read(devices::store::in_use).await?.is_empty() {
        tracing::info!("no screen is let in yet: `comanda-edge device code NAME` makes a code for the first one");
    }
    if let Err(error) = announce(&listeners) {
        tracing::warn!(%error, "nobody reads where the branch is served; it sells all the same");
    }
    let (places, wish) = (listeners.places()?, branch.wish.clone());
    supervisor.ready();
    let feeding = tokio::spawn({
        let (supervisor, journal) = (Arc::clone(&supervisor), journal.clone());
        async move { supervisor.feed(journal).await }
    });
    let (mut terminated, mut interrupted) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let (stop_begun, stopping) = oneshot::channel();
    let (telling, wished) = (Arc::clone(&supervisor), wish.clone());
    let stop = async move {
        let is_stopped = tokio::select! {
            _ = terminated.recv() => true,
            _ = interrupted.recv() => true,
            () = wished.asked() => false,
        };
        tracing::info!("stopping: what has begun is finished first");
        if is_stopped {
            wished.withdraw();
            telling.stopping();
        }
        // Nobody listens any more when the server has ended already.
        let _ = stop_begun.send(());
    };
    tokio::select! {
        served = serve(listeners, branch, stop) => served?,
        () = patience_after(stopping) => tracing::warn!("some clients sent half a request and are not waited for"),
    }

    feeding.abort();
    tokio::task::spawn_blocking(move || {
        control.close();
        watch.stop();
        daily.stop();
        timetable.stop();
        arrivals.stop();
        spooler.stop();
        uplink.stop();
        if let Some(naming) = naming {
            naming.stop();
        }
        journal.readers().close_idle();
        journal.stop();
        drop(journal);
        if writer.join().is_err() {
            tracing::error!("the writer panicked");
        }
    })
    .await?;
    tracing::info!("stopped");
    Ok(wish.by().map_or(Ended::Stopped, |by| Ended::ToBegin { places, by }))
}

async fn patience_after(stopping: oneshot::Receiver<()>) {
    match stopping.await {
        Ok(()) => tokio::time::sleep(DRAIN_PATIENCE).await,
        Err(_) => std::future::pending().await,
    }
}

/// Answers for the branch's name, where it is wanted and the branch listens to more than this machine.
fn naming(config: &Config, branch: &Branch) -> std::io::Result<Option<Naming>> {
    let is_for_others = config.listen.iter().any(|address| !address.ip().is_loopback());
    let WantedName::Label(label) = config.local_name.clone() else { return Ok(None) };
    if !is_for_others {
        return Ok(None);
    }
    let (name, around) = (branch.whereabouts.local_name.clone(), branch.surroundings.clone());
    Naming::start(label, name, around, branch.roll.clone()).map(Some)
}

/// Every socket the branch is to be served at: where it was to be before, or where the settings say.
async fn listeners(config: &Config, before: Option<&ServedAt>) -> anyhow::Result<Listeners> {
    let places = before.cloned().unwrap_or_else(|| config.places());
    let mut plain = Vec::new();
    for address in places.plain {
        plain.push(listen(address).await?);
    }
    let (encrypted, https_taken) = beside(places.encrypted, places.taken.encrypted, &config.https, "HTTPS").await?;
    let (guests, menu_taken) = beside(places.guests, places.taken.guests, &config.guests, "a menu for guests").await?;
    let taken = Taken { encrypted: https_taken, guests: menu_taken };
    Ok(Listeners { plain, encrypted, guests, taken })
}

/// What stands beside HTTP is left out where its usual place is taken: another program may have had it first, and the branch
/// sells without.
async fn beside(
    had: Vec<SocketAddr>,
    missed: Vec<SocketAddr>,
    wanted: &Beside,
    what: &str,
) -> anyhow::Result<(Vec<TcpListener>, Vec<SocketAddr>)> {
    let (mut listeners, mut taken) = (Vec::new(), Vec::new());
    for address in had.into_iter().chain(missed) {
        match listen(address).await {
            Ok(listener) => listeners.push(listener),
            Err(error) if *wanted == Beside::Auto => {
                tracing::warn!(error = format!("{error:#}"), "the branch goes without {what}");
                taken.push(address);
            }
            Err(error) => return Err(error),
        }
    }
    Ok((listeners, taken))
}

async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("could not listen on {address}"))
}

/// A line for each place, HTTP's first; scripts wait for it, and no branch for a script.
fn announce(listeners: &Listeners) -> std::io::Result<()> {
    let mut stdout = std::io::stdout();
    for (words, listeners) in [
        ("listening on http", &listeners.plain),
        ("listening on https", &listeners.encrypted),
        ("the guests' menu is at http", &listeners.guests),
    ] {
        for listener in listeners {
            writeln!(stdout, "{words}://{}", listener.local_addr()?)?;
        }
    }
    stdout.flush()
}
