//! The authority on the command line: shown, and made anew.

use serde_json::json;

use super::certificates::{self, Renewal};
use crate::cli::control::Answer;
use crate::http::server::Branch;
use crate::journal::DataFolder;

/// Shows authority and certificate, from what the folder has.
///
/// # Errors
/// When a file cannot be read.
pub fn show(folder: &DataFolder) -> anyhow::Result<Answer> {
    let Some((authority, leaf)) = certificates::kept(folder)? else {
        let text = "the branch has no authority yet: it is made when it first runs with HTTPS on";
        return Ok(Answer { text: text.to_owned(), json: json!({"authority": null}), is_good: false });
    };
    let fingerprint = authority.fingerprint()?;
    let mut text = format!("{}\nSHA-256 {fingerprint}\n", authority.name());
    if let Some(leaf) = &leaf {
        text.push_str(&format!("shown until {} for {}\n", leaf.not_after, leaf.names.join(", ")));
    }
    text.push_str(authority.certificate());
    let leaf =
        leaf.map(|leaf| json!({"names": leaf.names, "not_before": leaf.not_before, "not_after": leaf.not_after}));
    let authority = json!({"name": authority.name(), "sha256": fingerprint, "certificate": authority.certificate()});
    Ok(Answer::good(text, json!({"authority": authority, "certificate": leaf})))
}

/// Makes them anew when the branch next runs.
///
/// # Errors
/// When the disk does not let go of the old ones.
pub fn renew_later(folder: &DataFolder, what: Renewal) -> anyhow::Result<Answer> {
    certificates::throw_away(folder, what)?;
    Ok(Answer::good("made anew when the branch next runs with HTTPS on", json!({})))
}

/// Makes them anew in the branch that runs; open connections go on.
///
/// # Errors
/// When it serves nobody over HTTPS, or they cannot be made; then what was shown is shown on.
pub fn renew_now(branch: &Branch, what: Renewal) -> anyhow::Result<Answer> {
    anyhow::ensure!(branch.certificates.leaf().is_some(), "HTTPS is off: see `https` in the settings of the program");
    certificates::throw_away(&branch.folder, what)?;
    branch.keep_certificates()?;
    let shown = show(&branch.folder)?;
    let text = match what {
        Renewal::Leaf => format!("made anew; tablets notice nothing\n{}", shown.text),
        Renewal::Authority => format!("made anew: every tablet is to be given it at /ca\n{}", shown.text),
    };
    Ok(Answer { text, ..shown })
}
