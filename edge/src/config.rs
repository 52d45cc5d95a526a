//! Settings of the program: flags, then `COMANDA_*`, then one TOML file, then defaults under the platform's folders.
//! Nothing is required to start a branch.

use std::net::{AddrParseError, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::Context;
use directories::ProjectDirs;
use serde::Deserialize;

use crate::cli::arguments::RunOptions;
use crate::http::trust::Trust;
use crate::logs::Format;
use crate::mdns::naming::WantedName;

/// Settings of the program, whole.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Config {
    /// Where the branch's data is.
    pub data_dir: PathBuf,
    /// Where the LAN finds the branch over HTTP; at least one.
    pub listen: Vec<SocketAddr>,
    /// Where it finds it over HTTPS.
    pub https: Https,
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

/// Where the branch is served over HTTPS.
#[derive(Clone, Default, PartialEq, Eq, Debug, Deserialize)]
#[serde(try_from = "Places")]
pub enum Https {
    /// Port 8443 beside each address of HTTP that has port 8080; where that is taken, the branch goes without.
    #[default]
    Auto,
    /// Nowhere.
    Off,
    /// At these addresses.
    At(Vec<SocketAddr>),
}

/// A text that says no place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("«{0}» is no place to listen at: an address and port, auto or off is meant")]
pub struct HttpsError(String);

impl std::str::FromStr for Https {
    type Err = HttpsError;

    fn from_str(text: &str) -> Result<Self, HttpsError> {
        match text {
            "auto" => Ok(Self::Auto),
            "off" => Ok(Self::Off),
            _ => {
                let each = text.split(',').map(|place| place.trim().parse());
                each.collect::<Result<Vec<_>, _>>().map(Self::At).map_err(|_| HttpsError(text.to_owned()))
            }
        }
    }
}

impl TryFrom<Places> for Https {
    type Error = HttpsError;

    fn try_from(places: Places) -> Result<Self, HttpsError> {
        match places {
            Places::One(text) => text.parse(),
            Places::Several(texts) => texts.join(",").parse(),
        }
    }
}

impl Https {
    /// Where to listen, beside these addresses of HTTP.
    pub fn beside(&self, plain: &[SocketAddr]) -> Vec<SocketAddr> {
        match self {
            Self::Off => Vec::new(),
            Self::At(places) => places.clone(),
            Self::Auto => {
                let usual = plain.iter().filter(|address| address.port() == 8080);
                usual.map(|address| SocketAddr::new(address.ip(), 8443)).collect()
            }
        }
    }
}

/// One place or several, as they stand in the file.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(untagged)]
enum Places {
    One(String),
    Several(Vec<String>),
}

impl Places {
    fn addresses(self) -> Result<Vec<SocketAddr>, AddrParseError> {
        let texts = match self {
            Self::One(text) => vec![text],
            Self::Several(texts) => texts,
        };
        texts.iter().map(|text| text.parse()).collect()
    }
}

/// What the file says of HTTPS: `https.listen`.
#[derive(Clone, Default, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HttpsTable {
    listen: Option<Https>,
}

/// Every key of the file.
const KEYS: [&str; 9] =
    ["data_dir", "backup_dir", "listen", "https", "local_name", "hosts", "trust", "log", "log_format"];

/// The file, `comanda-edge.toml`; `docs/comanda-edge.example.toml` explains it.
#[derive(Clone, Default, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    data_dir: Option<PathBuf>,
    backup_dir: Option<PathBuf>,
    listen: Option<Places>,
    https: Option<HttpsTable>,
    local_name: Option<WantedName>,
    hosts: Option<Vec<String>>,
    trust: Option<Trust>,
    log: Option<String>,
    log_format: Option<Format>,
}

impl Config {
    /// The settings, from the file named or the platform's own when it is there.
    ///
    /// # Errors
    /// When a file that was named cannot be read, or what is in it is not settings.
    pub fn load(file: Option<&Path>, data_dir: Option<PathBuf>) -> anyhow::Result<Self> {
        let dirs = ProjectDirs::from("co", "comanda", "comanda-edge");
        let own = dirs.as_ref().map(|dirs| dirs.config_dir().join("comanda-edge.toml"));
        let found = match file {
            Some(named) => Some(named.to_owned()),
            None => own.filter(|own| own.exists()),
        };
        let file = found.map(|path| read(&path)).transpose()?.unwrap_or_default();
        let data_dir = data_dir.or(file.data_dir).or_else(|| dirs.map(|dirs| dirs.data_dir().to_owned()));
        let log = std::env::var("COMANDA_LOG").ok().or(file.log);
        let log_format = std::env::var("COMANDA_LOG_FORMAT").ok().map(|text| text.parse()).transpose()?;
        let listen = file.listen.map(Places::addresses).transpose().context("«listen» is no address and port")?;
        let listen = listen.filter(|listen| !listen.is_empty());
        let listen = listen.unwrap_or_else(|| vec![SocketAddr::from((Ipv4Addr::UNSPECIFIED, 8080))]);
        Ok(Self {
            data_dir: data_dir.context("no home folder: say where the data is with --data-dir")?,
            backup_dir: std::env::var_os("COMANDA_BACKUP_DIR").map(PathBuf::from).or(file.backup_dir),
            listen,
            https: file.https.and_then(|https| https.listen).unwrap_or_default(),
            local_name: file.local_name.unwrap_or_default(),
            hosts: file.hosts.unwrap_or_default(),
            trust: file.trust.unwrap_or_default(),
            log: log.unwrap_or_else(|| "info".to_owned()),
            log_format: log_format.or(file.log_format).unwrap_or_default(),
        })
    }

    /// The same, with what the command line says.
    pub fn overridden_by(self, options: RunOptions) -> Self {
        let hosts = if options.hosts.is_empty() { self.hosts } else { options.hosts };
        let hosts = hosts.into_iter().map(|name| name.to_ascii_lowercase()).collect();
        let backup_dir = options.backup_dir.or(self.backup_dir);
        let trust = options.trust.unwrap_or(self.trust);
        let listen = if options.listen.is_empty() { self.listen } else { options.listen };
        let local_name = options.local_name.unwrap_or(self.local_name);
        Self { listen, https: options.https.unwrap_or(self.https), local_name, hosts, trust, backup_dir, ..self }
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
        assert_eq!(file.https.unwrap().listen, Some(Https::Auto));
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
    }

    #[test]
    fn https_stands_beside_the_usual_port_and_elsewhere_where_it_is_told_to() {
        let at = |text: &str| text.parse::<SocketAddr>().unwrap();
        let plain = [at("192.168.1.20:8080"), at("127.0.0.1:4000")];
        assert_eq!(Https::Auto.beside(&plain), [at("192.168.1.20:8443")]);
        assert_eq!(Https::Auto.beside(&plain[1..]), []);
        let file = |text: &str| parse(text).unwrap().https.unwrap().listen.unwrap();
        assert_eq!(file("https.listen = \"off\"").beside(&plain), []);
        let several = file("[https]\nlisten = [\"127.0.0.1:1\", \"[::1]:2\"]");
        assert_eq!(several.beside(&plain), [at("127.0.0.1:1"), at("[::1]:2")]);
    }
}
