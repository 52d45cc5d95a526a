//! python-escpos on the same work: a thread for each printer, as a program that means well would have, and a network
//! connection for each ticket, as its documentation shows. It tries again what raised an error, for nothing tells it whether
//! the ticket came out.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use comanda_tests::printer::EmulatedPrinter;

use super::{LINES, PRINTERS, Prints};

/// The arguments: tickets, lines, then a port for each printer.
const PROGRAM: &str = r#"
import sys, threading, time
from escpos.printer import Network
tickets, lines, ports = int(sys.argv[1]), int(sys.argv[2]), [int(port) for port in sys.argv[3:]]
def one(port, number):
    printer = Network("127.0.0.1", port, timeout=10)
    printer.open()
    printer.set(custom_size=True, width=2, height=2)
    printer.text("L-%04d  12:00\n" % number)
    printer.set(normal_textsize=True)
    printer.text("S   Para llevar\n" + "-" * 48 + "\n")
    for line in range(lines):
        printer.text("1 Plato %d\n" % line)
    printer.text("-" * 48 + "\nfoot\n")
    printer.cut()
    printer.close()
def work(place):
    for number in range(tickets):
        if number % len(ports) == place:
            for attempt in range(20):
                try:
                    one(ports[place], number)
                    break
                except Exception:
                    time.sleep(1)
threads = [threading.Thread(target=work, args=(place,)) for place in range(len(ports))]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"#;

/// Where `tests/setup beside` puts it.
const OF_SETUP: &str = "target/python-escpos/bin/python";

/// A Python that has it.
pub fn installed() -> Option<String> {
    let of_setup = || if Path::new(OF_SETUP).exists() { OF_SETUP } else { "python3" }.to_owned();
    let python = std::env::var("COMANDA_BENCH_PYTHON").unwrap_or_else(|_| of_setup());
    let asked =
        Command::new(&python).args(["-c", "import escpos"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    asked.is_ok_and(|status| status.success()).then_some(python)
}

/// The script, once it runs.
pub struct PythonEscpos {
    python: String,
    child: Option<Child>,
}

impl PythonEscpos {
    /// Not started yet.
    pub fn new(python: String) -> Self {
        Self { python, child: None }
    }
}

impl Prints for PythonEscpos {
    fn print(&mut self, printers: &[EmulatedPrinter], tickets: usize) -> Result<(Vec<Duration>, Vec<String>)> {
        let ports = printers.iter().map(|printer| {
            let uri = printer.uri();
            uri.rsplit(':').next().map(str::to_owned).context("a printer without a port")
        });
        let ports = ports.collect::<Result<Vec<_>>>()?;
        debug_assert_eq!(ports.len(), PRINTERS);
        let mut command = Command::new(&self.python);
        command.args(["-c", PROGRAM, &tickets.to_string(), &LINES.to_string()]).args(ports).stderr(Stdio::null());
        self.child = Some(command.spawn().context("start python")?);
        Ok((Vec::new(), (0..tickets).map(|number| format!("L-{number:04}")).collect()))
    }

    fn finish(&mut self, patience: Duration) {
        let Some(child) = &mut self.child else { return };
        let until = Instant::now() + patience;
        while Instant::now() < until && matches!(child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(50));
        }
        // One that still tries has lost what it tries.
        let _ = child.kill();
        let _ = child.wait();
    }
}
