//! mosquitto's configuration: certificates are required, the branch is the certificate's common name, and each may write
//! and read under its own name only.
//!
//! Nothing is trusted to the broker's memory: sessions are clean, nothing is retained or queued for whoever is away.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::enrolment::authority::{Authority, CLOUD};

/// Larger messages are refused; a batch is 4 MiB before compression at most.
const MESSAGE_BYTES: usize = 4 * 1024 * 1024 + 4096;

/// Writes `mosquitto.conf` and `mosquitto.acl` into the authority's folder, and says where the first is.
///
/// # Errors
/// When a file cannot be written.
pub fn write(authority: &Authority, listen: SocketAddr) -> Result<PathBuf> {
    let (configuration, rights) = (authority.file("mosquitto.conf"), authority.file("mosquitto.acl"));
    write_file(&rights, &rights_text())?;
    write_file(&configuration, &configuration_text(authority, listen, &rights))?;
    Ok(configuration)
}

fn write_file(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("write {}", path.display()))
}

fn rights_text() -> String {
    format!(
        "# Written by comanda-cloud prepare.\n\
         # A branch says and hears under its own name only: %u is its certificate's common name.\n\
         pattern write b/%u/up/#\n\
         pattern read b/%u/down\n\
         \n\
         # The cloud hears all of them and answers.\n\
         user {CLOUD}\n\
         topic read b/+/up/#\n\
         topic write b/+/down\n"
    )
}

fn configuration_text(authority: &Authority, listen: SocketAddr, rights: &Path) -> String {
    let path = |name: &str| authority.file(name).display().to_string();
    format!(
        "# Written by comanda-cloud prepare.\n\
         listener {port} {address}\n\
         cafile {authority}\n\
         certfile {certificate}\n\
         keyfile {key}\n\
         # Who has no certificate of our authority is not let in, and its name is who they are.\n\
         require_certificate true\n\
         use_identity_as_username true\n\
         allow_anonymous false\n\
         acl_file {rights}\n\
         # A live event would wait forty milliseconds otherwise.\n\
         set_tcp_nodelay true\n\
         message_size_limit {MESSAGE_BYTES}\n\
         # What a slow reader has not taken is dropped: the two ends see to it themselves.\n\
         max_queued_messages 1000\n\
         max_inflight_messages 100\n\
         persistence false\n",
        port = listen.port(),
        address = listen.ip(),
        authority = authority.certificate().display(),
        certificate = path("broker.pem"),
        key = path("broker.key.pem"),
        rights = rights.display(),
    )
}
