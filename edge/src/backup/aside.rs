//! Work that gives way: it gets the processor when whoever sells leaves it.

use std::panic::resume_unwind;
use std::thread;

/// As nice as can be without being starved for hours: about a thirtieth of the weight of a thread that sells.
const NICENESS: i32 = 15;

/// Does `work` on a thread of its own that gives way to all others, and waits for it.
///
/// # Errors
/// When the system gives no thread. Where it does not let the thread give way, the work is done all the same.
pub fn aside<T: Send>(work: impl FnOnce() -> T + Send) -> std::io::Result<T> {
    thread::scope(|scope| {
        let gently = || {
            // On Linux this is of the calling thread alone; it cannot be taken back, and the thread ends with the work.
            if let Err(error) = rustix::process::setpriority_process(None, NICENESS) {
                tracing::debug!(%error, "a backup cannot give way to selling here");
            }
            work()
        };
        let thread = thread::Builder::new().name("aside".to_owned()).spawn_scoped(scope, gently)?;
        Ok(thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
    })
}

#[cfg(test)]
mod tests {
    use rustix::process::getpriority_process;

    use super::*;

    #[test]
    fn the_work_gives_way_and_whoever_waits_for_it_does_not() {
        let before = getpriority_process(None).unwrap();
        assert_eq!(aside(|| getpriority_process(None).unwrap()).unwrap(), before.max(NICENESS));
        assert_eq!(getpriority_process(None).unwrap(), before);
    }
}
