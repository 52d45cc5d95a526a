//! Sees to it that what is shown over HTTPS suits: addresses change, and certificates end.

use std::time::Duration;

use tokio::task::JoinHandle;

use crate::http::server::Branch;

/// How often it is looked.
const PAUSE: Duration = Duration::from_secs(60);

/// Makes what is shown, and looks again each minute until aborted.
pub async fn keep(branch: &Branch) -> JoinHandle<()> {
    look(branch.clone()).await;
    let (branch, roll) = (branch.clone(), branch.roll.clone());
    tokio::spawn(async move {
        let looking = |_| {
            let branch = branch.clone();
            async move {
                loop {
                    tokio::time::sleep(PAUSE).await;
                    look(branch.clone()).await;
                }
            }
        };
        roll.keep_task("certificates", looking).await;
    })
}

/// What fails is told, and tried again: the branch sells over HTTP meanwhile.
async fn look(branch: Branch) {
    let looked = tokio::task::spawn_blocking(move || branch.keep_certificates()).await;
    if let Ok(Err(error)) = looked {
        tracing::warn!(error = &error as &dyn std::error::Error, "no certificate for HTTPS can be made");
    }
}
