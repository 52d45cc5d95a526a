//! The log: lines for people or JSON for programs, to standard error, where systemd's journal takes and rotates them. The last
//! of them are kept in memory for the support bundle, and what is logged can be changed while the branch sells.
//!
//! No line names a guest, a telephone, a PIN or a token; that is up to whoever logs, and tested with the support bundle.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{Registry, reload};

/// Lines that are kept.
const KEPT: usize = 2000;
/// Bytes of a line that are kept.
const LONGEST: usize = 4096;

/// How lines are written.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, with the fields of the event and of the request or job it belongs to.
    Json,
}

impl std::str::FromStr for Format {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            other => anyhow::bail!("«{other}» is no format of the log; there are: text, json"),
        }
    }
}

/// Why the filter was not changed.
#[derive(Debug, thiserror::Error)]
pub enum FilterError {
    /// It is none.
    #[error("«{0}» is no filter: say error, warn, info, debug, or something like comanda_edge::printing=debug,info")]
    Malformed(String),
    /// This process writes no log.
    #[error("this process writes no log")]
    NoLog,
}

type SetFilter = Box<dyn Fn(Targets) -> bool + Send + Sync>;

struct Level {
    said: Mutex<String>,
    set: SetFilter,
}

/// The log of this process; that of a test is silent.
#[derive(Clone, Default)]
pub struct Logs {
    recent: Recent,
    level: Option<Arc<Level>>,
}

impl Logs {
    /// Begins to log; a filter that is none is `info`.
    pub fn begin(filter: &str, format: Format) -> Self {
        let recent = Recent::default();
        let (dispatch, level) = made(filter, format, Tee { recent: recent.clone(), out: io::stderr });
        // A process has one log: it is there already only where somebody called this twice.
        let _ = tracing::dispatcher::set_global_default(dispatch);
        Self { recent, level: Some(Arc::new(level)) }
    }

    /// What is logged.
    pub fn filter(&self) -> Option<String> {
        let level = self.level.as_ref()?;
        Some(level.said.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    /// Logs this from now on, until the program ends.
    ///
    /// # Errors
    /// [`FilterError`]; then what is logged is as it was.
    pub fn set_filter(&self, filter: &str) -> Result<(), FilterError> {
        let level = self.level.as_ref().ok_or(FilterError::NoLog)?;
        let parsed: Targets = filter.parse().map_err(|_| FilterError::Malformed(filter.to_owned()))?;
        if !(level.set)(parsed) {
            return Err(FilterError::NoLog);
        }
        filter.clone_into(&mut level.said.lock().unwrap_or_else(PoisonError::into_inner));
        tracing::info!(filter, "what is logged was changed");
        Ok(())
    }

    /// The last lines.
    pub fn recent(&self) -> String {
        self.recent.0.lock().unwrap_or_else(PoisonError::into_inner).iter().map(String::as_str).collect()
    }
}

#[derive(Clone, Default)]
struct Recent(Arc<Mutex<VecDeque<String>>>);

impl Recent {
    fn keep(&self, line: &[u8]) {
        let mut line = String::from_utf8_lossy(&line[..line.len().min(LONGEST)]).into_owned();
        if !line.ends_with('\n') {
            line.push('\n');
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(line);
    }
}

/// Writes each line, and keeps it.
struct Tee<O> {
    recent: Recent,
    out: fn() -> O,
}

/// One line on its way.
struct Line<O> {
    recent: Recent,
    out: O,
}

impl<'w, O: Write + 'w> MakeWriter<'w> for Tee<O> {
    type Writer = Line<O>;

    fn make_writer(&'w self) -> Line<O> {
        Line { recent: self.recent.clone(), out: (self.out)() }
    }
}

impl<O: Write> Write for Line<O> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.recent.keep(line);
        self.out.write_all(line)?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn made<O: Write + 'static>(filter: &str, format: Format, tee: Tee<O>) -> (tracing::Dispatch, Level) {
    let (filter, said) = match filter.parse() {
        Ok(parsed) => (parsed, filter.to_owned()),
        Err(_) => (Targets::new().with_default(tracing::Level::INFO), "info".to_owned()),
    };
    let (filter, handle) = reload::Layer::<Targets, Registry>::new(filter);
    let (filtered, log) = (Registry::default().with(filter), tracing_subscriber::fmt::layer().with_writer(tee));
    let dispatch = match format {
        Format::Text => filtered.with(log.with_target(false)).into(),
        Format::Json => filtered.with(log.json().flatten_event(true).with_span_list(false)).into(),
    };
    let set = Box::new(move |filter| handle.reload(filter).is_ok());
    (dispatch, Level { said: Mutex::new(said), set })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logging(format: Format) -> (tracing::Dispatch, Logs) {
        let recent = Recent::default();
        let (dispatch, level) = made("info", format, Tee { recent: recent.clone(), out: io::sink });
        (dispatch, Logs { recent, level: Some(Arc::new(level)) })
    }

    #[test]
    fn what_is_logged_can_be_changed_while_it_runs() {
        let (dispatch, logs) = logging(Format::Text);
        tracing::dispatcher::with_default(&dispatch, || {
            tracing::debug!("unheard");
            logs.set_filter("debug").unwrap();
            tracing::debug!("heard");
            assert!(matches!(logs.set_filter("comanda=louder"), Err(FilterError::Malformed(_))));
        });
        assert_eq!(logs.filter().as_deref(), Some("debug"));
        assert!(logs.recent().contains("heard") && !logs.recent().contains("unheard"), "{}", logs.recent());
        assert!(matches!(Logs::default().set_filter("debug"), Err(FilterError::NoLog)));
    }

    #[test]
    fn a_line_for_programs_has_the_fields_of_its_event_and_of_its_request() {
        let (dispatch, logs) = logging(Format::Json);
        tracing::dispatcher::with_default(&dispatch, || {
            let _request = tracing::info_span!("request", id = "0a1b").entered();
            tracing::warn!(printer = 7, "no paper");
        });
        let line: serde_json::Value = serde_json::from_str(logs.recent().trim_end()).unwrap();
        let said = (&line["level"], &line["message"], &line["printer"], &line["span"]["id"]);
        assert_eq!(said, (&"WARN".into(), &"no paper".into(), &7.into(), &"0a1b".into()), "{line}");
    }

    #[test]
    fn only_the_last_lines_are_kept_and_no_line_is_endless() {
        let recent = Recent::default();
        for number in 0..KEPT + 5 {
            recent.keep(format!("{number}\n").as_bytes());
        }
        recent.keep(&[b'x'; 3 * LONGEST]);
        let kept = recent.0.lock().unwrap();
        assert_eq!((kept.len(), kept[0].as_str(), kept[KEPT - 1].len()), (KEPT, "6\n", LONGEST + 1));
    }
}
