//! Settings of the program: flags, then `COMANDA_*`, then one TOML file, then defaults under the platform's folders.
//! Nothing is required to start a branch.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::Context;
use directories::ProjectDirs;
use serde::Deserialize;

use self::places::{HTTP_PORT, Places};
use crate::cli::arguments::RunOptions;
use crate::http::trust::Trust;
use crate::http::whereabouts::{ServedAt, Taken};
use crate::logs::Format;
use crate::mdns::naming::WantedName;

pub use self::places::{Beside, BesideError};

mod places;

/// Settings of the program, whole.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Config {
    /// Where the branch's data is.
    pub data_dir: PathBuf,
    /// Where the LAN finds the branch over HTTP; at least one.
    pub listen: Vec<SocketAddr>,
    /// Where it finds it over HTTPS: beside each address of HTTP that has port 8080, unless told otherwise.
    pub https: Beside,
    /// Where guests find the menu: beside each address of HTTP, unless told otherwise.
    pub guests: Beside,
    /// Where backups go; a folder beside the data when absent.
    pub backup_dir: Option<PathBuf>,
    /// What it answers to under `.local`.
    pub local_name: WantedName,
    /// Names the branch is called by, besides its addresses and anything under `.local`.
    pub hosts: Vec<String>,
    /// Whom on the local network the branch answers.
    pub trust: Trust,
    /// What is logged: a `tracing` filter, like `info` or `comanda_edge=debug`.
    pub log: String,
    /// How it is written.
    pub log_format: Format,
}

/// What the file says of HTTPS and of the guests' door: `https.listen`, `guests.listen`.
#[derive(Clone, Default, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listening {
    listen: Option<Beside>,
}

/// Every key of the file.
const KEYS: [&str; 10] =
    ["data_dir", "backup_dir", "listen", "https", "guests", "local_name", "hosts", "trust", "log", "log_format"];

/// The box's own file, for the daemon and for whoever looks after it; somebody's own comes before it.
const OF_THE_BOX: &str = "/etc/comanda/comanda-edge.toml";

/// The file, `comanda-edge.toml`; `docs/comanda-edge.example.toml` explains it.
#[derive(Clone, Default, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    data_dir: Option<PathBuf>,
    backup_dir: Option<PathBuf>,
    listen: Option<Places>,
    https: Option<Listening>,
    guests: Option<Listening>,
    local_name: Option<WantedName>,
    hosts: Option<Vec<String>>,
    trust: Option<Trust>,
    log: Option<String>,
    log_format: Option<Format>,
}

impl Config {
    /// The settings, from the file named; otherwise from the platform's own or the box's, where there is one.
    ///
    /// # Errors
    /// When a file that was named cannot be read, or what is in it is not settings.
    pub fn load(file: Option<&Path>, data_dir: Option<PathBuf>) -> anyhow::Result<Self> {
        let dirs = ProjectDirs::from("co", "comanda", "comanda-edge");
        let own = dirs.as_ref().map(|dirs| dirs.config_dir().join("comanda-edge.toml"));
        let found = match file {
            Some(named) => Some(named.to_owned()),
            None => own.into_iter().chain([PathBuf::from(OF_THE_BOX)]).find(|file| file.exists()),
        };
        let file = found.map(|path| read(&path)).transpose()?.unwrap_or_default();
        let data_dir = data_dir.or(file.data_dir).or_else(|| dirs.map(|dirs| dirs.data_dir().to_owned()));
        let log = std::env::var("COMANDA_LOG").ok().or(file.log);
        let log_format = std::env::var("COMANDA_LOG_FORMAT").ok().map(|text| text.parse()).transpose()?;
        let listen = file.listen.map(Places::addresses).transpose().context("«listen» is no address and port")?;
        let listen = listen.filter(|listen| !listen.is_empty());
        let listen = listen.unwrap_or_else(|| vec![SocketAddr::from((Ipv4Addr::UNSPECIFIED, HTTP_PORT))]);
        Ok(Self {
            data_dir: data_dir.context("no home folder: say where the data is with --data-dir")?,
            backup_dir: std::env::var_os("COMANDA_BACKUP_DIR").map(PathBuf::from).or(file.backup_dir),
            listen,
            https: file.https.and_then(|https| https.listen).unwrap_or_default(),
            guests: file.guests.and_then(|guests| guests.listen).unwrap_or_default(),
            local_name: file.local_name.unwrap_or_default(),
            hosts: file.hosts.unwrap_or_default(),
            trust: file.trust.unwrap_or_default(),
            log: log.unwrap_or_else(|| "info".to_owned()),
            log_format: log_format.or(file.log_format).unwrap_or_default(),
        })
    }

    /// Where the branch is to be served.
    pub fn places(&self) -> ServedAt {
        let (encrypted, guests) = (self.https.https(&self.listen), self.guests.guests(&self.listen));
        ServedAt { plain: self.listen.clone(), encrypted, guests, taken: Taken::default() }
    }

    /// The same, with what the command line says.
    pub fn overridden_by(self, options: RunOptions) -> Self {
        let hosts = if options.hosts.is_empty() { self.hosts } else { options.hosts };
        let hosts = hosts.into_iter().map(|name| name.to_ascii_lowercase()).collect();
        let backup_dir = options.backup_dir.or(self.backup_dir);
        let trust = options.trust.unwrap_or(self.trust);
        let listen = if options.listen.is_empty() { self.listen } else { options.listen };
        let local_name = options.local_name.unwrap_or(self.local_name);
        let (https, guests) = (options.https.unwrap_or(self.https), options.guests.unwrap_or(self.guests));
        Self { listen, https, guests, local_name, hosts, trust, backup_dir, ..self }
    }
}

fn read(path: &Path) -> anyhow::Result<File> {
    let text = std::fs::read_to_string(path).with_context(|| format!("could not read {}", path.display()))?;
    parse(&text).with_context(|| format!("{} is not settings of comanda-edge", path.display()))
}

/// The settings in a text; a key that is none is refused, with the one that was probably meant.
fn parse(text: &str) -> anyhow::Result<File> {
    let table: toml::Table = toml::from_str(text)?;
    if let Some(wrong) = table.keys().find(|key| !KEYS.contains(&key.as_str())) {
        let nearest = KEYS.iter().min_by_key(|key| strsim::damerau_levenshtein(key, wrong));
        match nearest.filter(|key| strsim::damerau_levenshtein(key, wrong) <= 3) {
            Some(meant) => anyhow::bail!("«{wrong}» is no setting; «{meant}» is probably meant"),
            None => anyhow::bail!("«{wrong}» is no setting; there are: {}", KEYS.join(", ")),
        }
    }
    Ok(toml::from_str(text)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_file_names_every_setting_with_its_default() {
        let text = include_str!("../../docs/comanda-edge.example.toml");
        let uncommented: String = text
            .lines()
            .map(|line| line.strip_prefix("# ").filter(|rest| rest.contains(" = ")).unwrap_or(line))
            .map(|line| format!("{line}\n"))
            .collect();
        let file = parse(&uncommented).unwrap();
        let is_named =
            |key: &&str| uncommented.contains(&format!("\n{key} = ")) || uncommented.contains(&format!("\n{key}."));
        assert!(KEYS.iter().all(is_named), "{uncommented}");
        assert!(file.data_dir.is_some() && file.backup_dir.is_some() && file.hosts.is_some());
        assert_eq!(file.listen.unwrap().addresses(), Ok(vec!["0.0.0.0:8080".parse().unwrap()]));
        assert_eq!(file.https.unwrap().listen, Some(Beside::Auto));
        assert_eq!(file.guests.unwrap().listen, Some(Beside::Auto));
        assert_eq!(file.local_name, Some(WantedName::default()));
        assert_eq!(file.trust, Some(Trust::Paired));
        assert_eq!((file.log.as_deref(), file.log_format), (Some("info"), Some(Format::Text)));
    }

    #[test]
    fn what_is_no_setting_is_refused() {
        let refused = |text: &str| parse(text).unwrap_err().to_string();
        assert_eq!(refused("lisen = \"0.0.0.0:8080\""), "«lisen» is no setting; «listen» is probably meant");
        assert!(refused("printers = 3").contains("there are: data_dir, backup_dir"));
        assert!(parse("listen = \"nowhere\"").unwrap().listen.unwrap().addresses().is_err());
        assert!(parse("https.listen = \"nowhere\"").is_err());
        assert!(parse("[https]\nport = 8443").is_err());
        assert!(parse("guests.listen = \"8090\"").is_err());
    }

    #[test]
    fn the_command_line_beats_the_file_and_the_file_the_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("comanda-edge.toml");
        let load = |text: &str| {
            std::fs::write(&path, text).unwrap();
            Config::load(Some(&path), Some(folder.path().to_owned())).unwrap()
        };
        let beside = |text: &str| text.parse::<Beside>().unwrap();
        let nothing_said = load("");
        assert_eq!((&nothing_said.https, &nothing_said.guests), (&Beside::Auto, &Beside::Auto));
        let file = load("https.listen = \"off\"\n[guests]\nlisten = [\"127.0.0.1:1\", \"[::1]:2\"]");
        assert_eq!((&file.https, &file.guests), (&Beside::Off, &beside("127.0.0.1:1,[::1]:2")));
        let flags = RunOptions { guests: Some(beside("off")), ..RunOptions::default() };
        let flagged = file.clone().overridden_by(flags);
        assert_eq!((flagged.https, flagged.guests), (Beside::Off, Beside::Off));
        assert_eq!(file.clone().overridden_by(RunOptions::default()), file);
    }
}
