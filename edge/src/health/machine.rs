//! The machine: clock, memory, load, heat, limits, network. Read from `/proc` and `/sys`, as the kernel writes them.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::check::{Check, Finding};
use crate::environment::Environment;
use crate::http::whereabouts::ServedAt;
use crate::journal::DataFolder;
use crate::tls::certificates;

/// Nothing of this program is older.
const BORN: &str = "2026-01-01T00:00:00Z";
const LONGEST_LIFE: SignedDuration = SignedDuration::from_hours(20 * 365 * 24);
const HOT: i64 = 80_000;
const TOO_HOT: i64 = 95_000;
const FEW_FILES: u64 = 4096;
/// It is made anew long before: two weeks before its end, something is in the way.
const CERTIFICATE_NEARS_ITS_END: SignedDuration = SignedDuration::from_hours(24 * 14);
/// How long another's answer on this machine is waited for.
const PATIENCE: Duration = Duration::from_secs(1);
/// Bytes of it that are read.
const LONGEST_ANSWER: u64 = 4096;

/// What systemd-timesyncd, chrony's unit and ntpd leave behind once they have heard of the time.
pub const CLOCK_SIGNS: [&str; 3] =
    ["/run/systemd/timesync/synchronized", "/run/chrony/chronyd.pid", "/var/lib/ntp/ntp.drift"];

/// Looks at the machine; `places` is where the branch should answer.
pub fn look(data: &DataFolder, environment: &Environment, places: &ServedAt) -> Vec<Finding> {
    vec![
        plausible(environment.clock.now()),
        synchronized(),
        memory(),
        load(),
        heat(),
        files(),
        address(),
        answers(places.listen()),
        https(data, environment.clock.now(), &places.taken.encrypted),
        menu(&places.guests, &places.taken.guests),
    ]
}

fn plausible(now: Timestamp) -> Finding {
    let born: Timestamp = BORN.parse().expect("a date of ours");
    let seen = now.strftime("%Y-%m-%d %H:%M UTC").to_string();
    match now.duration_since(born) {
        age if age.is_negative() || age > LONGEST_LIFE => Check::ClockPlausible.bad(seen),
        _ => Check::ClockPlausible.good(seen),
    }
}

fn synchronized() -> Finding {
    match CLOCK_SIGNS.iter().find(|sign| std::path::Path::new(sign).exists()) {
        Some(_) => Check::ClockSynchronized.good("sincronizada"),
        None => Check::ClockSynchronized.attention("nada la mantiene al día"),
    }
}

fn kib(text: &str, key: &str) -> Option<u64> {
    text.lines().find_map(|line| line.strip_prefix(key)?.trim().strip_suffix("kB")?.trim().parse().ok())
}

fn memory() -> Finding {
    let text = match std::fs::read_to_string("/proc/meminfo") {
        Ok(text) => text,
        Err(error) => return Check::MachineMemory.unseen(error),
    };
    let (Some(total), Some(free)) = (kib(&text, "MemTotal:"), kib(&text, "MemAvailable:")) else {
        return Check::MachineMemory.unseen("/proc/meminfo");
    };
    let seen = format!("{} de {} MiB libres", free / 1024, total / 1024);
    match free {
        ..65_536 => Check::MachineMemory.bad(seen),
        65_536..196_608 => Check::MachineMemory.attention(seen),
        _ => Check::MachineMemory.good(seen),
    }
}

/// Processes that wanted to run, over fifteen minutes, in hundredths; a busy lunch hour is not over it.
fn load() -> Finding {
    let found = std::fs::read_to_string("/proc/loadavg").ok().and_then(|text| {
        let word = text.split(' ').nth(2)?.to_owned();
        let (whole, part) = word.split_once('.')?;
        Some((word.clone(), whole.parse::<usize>().ok()? * 100 + part.parse::<usize>().ok()?))
    });
    let Some((seen, hundredths)) = found else { return Check::MachineLoad.unseen("/proc/loadavg") };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    match hundredths > cores * 300 {
        true => Check::MachineLoad.attention(format!("{seen} con {cores} núcleos")),
        false => Check::MachineLoad.good(seen),
    }
}

fn heat() -> Finding {
    let zones = std::fs::read_dir("/sys/class/thermal").into_iter().flatten().flatten();
    let degrees = zones.filter_map(|zone| std::fs::read_to_string(zone.path().join("temp")).ok()?.trim().parse().ok());
    match degrees.max() {
        None => Check::MachineHeat.good("sin sensores"),
        Some(found @ TOO_HOT..) => Check::MachineHeat.bad(format!("{} °C", found / 1000)),
        Some(found @ HOT..) => Check::MachineHeat.attention(format!("{} °C", found / 1000)),
        Some(found) => Check::MachineHeat.good(format!("{} °C", found / 1000)),
    }
}

fn files() -> Finding {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    match limit {
        Some(few @ ..FEW_FILES) => Check::MachineFiles.attention(few.to_string()),
        Some(many) => Check::MachineFiles.good(many.to_string()),
        None => Check::MachineFiles.good("sin límite"),
    }
}

/// The address packets to the network leave from; nothing is sent.
fn address() -> Finding {
    let found = std::net::UdpSocket::bind("0.0.0.0:0").and_then(|socket| {
        socket.connect("192.0.2.1:9")?;
        socket.local_addr()
    });
    match found {
        Ok(address) if !address.ip().is_loopback() => Check::NetworkAddress.good(address.ip().to_string()),
        Ok(_) | Err(_) => Check::NetworkAddress.attention("sin dirección"),
    }
}

fn answers(listen: SocketAddr) -> Finding {
    match is_reached(listen) {
        Ok(own) => Check::NetworkAnswers.good(format!("responde en {own}")),
        Err(error) => Check::NetworkAnswers.bad(error),
    }
}

fn menu(guests: &[SocketAddr], taken: &[SocketAddr]) -> Finding {
    if let Some(place) = taken.first() {
        return Check::NetworkGuests.attention(is_anothers(*place));
    }
    match guests.iter().map(|place| is_reached(*place)).collect::<Result<Vec<_>, _>>() {
        Ok(places) if places.is_empty() => Check::NetworkGuests.good("apagada"),
        Ok(places) => {
            let places: Vec<String> = places.iter().map(ToString::to_string).collect();
            Check::NetworkGuests.good(format!("responde en {}", places.join(", ")))
        }
        Err(error) => Check::NetworkGuests.attention(error),
    }
}

/// Where it was reached from this machine; otherwise why not.
fn is_reached(place: SocketAddr) -> Result<SocketAddr, String> {
    let own = match place.ip().is_unspecified() {
        true => SocketAddr::from((std::net::Ipv4Addr::LOCALHOST, place.port())),
        false => place,
    };
    match is_alive(own) {
        Ok(true) => Ok(own),
        Ok(false) => Err(is_anothers(own)),
        Err(error) => Err(format!("{own}: {error}")),
    }
}

/// Whether who listens there answers as this program does.
fn is_alive(place: SocketAddr) -> std::io::Result<bool> {
    let mut line = TcpStream::connect_timeout(&place, PATIENCE)?;
    line.set_read_timeout(Some(PATIENCE))?;
    line.write_all(format!("GET /healthz HTTP/1.1\r\nHost: {place}\r\nConnection: close\r\n\r\n").as_bytes())?;
    let mut answer = Vec::new();
    line.take(LONGEST_ANSWER).read_to_end(&mut answer)?;
    let answer = String::from_utf8_lossy(&answer);
    Ok(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with(r#"{"status":"ok"}"#))
}

fn is_anothers(place: SocketAddr) -> String {
    format!("{place}: lo tiene otro programa")
}

fn https(data: &DataFolder, now: Timestamp, taken: &[SocketAddr]) -> Finding {
    if let Some(place) = taken.first() {
        return Check::NetworkHttps.attention(is_anothers(*place));
    }
    let left = match certificates::kept(data) {
        Err(error) => return Check::NetworkHttps.bad(error.to_string()),
        Ok(None | Some((_, None))) => return Check::NetworkHttps.good("apagado"),
        Ok(Some((_, Some(leaf)))) => leaf.not_after.duration_since(now),
    };
    let seen = format!("vence en {} días", left.as_hours().div_euclid(24));
    match left {
        left if left.is_negative() => Check::NetworkHttps.bad("venció"),
        left if left < CERTIFICATE_NEARS_ITS_END => Check::NetworkHttps.attention(seen),
        _ => Check::NetworkHttps.good(seen),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::health::check::Grade;
    use crate::tls::certificates::Certificates;

    #[test]
    fn a_certificate_that_nears_its_end_is_told_and_one_that_is_over_or_cut_is_bad() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::at(folder.path()).unwrap();
        let now: Timestamp = "2026-11-22T18:30:00Z".parse().unwrap();
        let days = |days: i64| https(&data, now + SignedDuration::from_hours(24 * days), &[]).grade;
        assert_eq!(days(0), Grade::Good, "there is none, and none is needed");
        Certificates::new(data.clone(), Vec::new()).keep_up(&[], now).unwrap();
        assert_eq!(
            [days(0), days(170), days(195), days(201)],
            [Grade::Good, Grade::Good, Grade::Attention, Grade::Bad]
        );
        std::fs::write(data.leaf(), "{").unwrap();
        assert_eq!(days(0), Grade::Bad);
    }

    #[test]
    fn a_clock_of_before_the_program_or_of_another_life_is_bad() {
        let grade = |text: &str| plausible(text.parse().unwrap()).grade;
        assert_eq!(grade("1970-01-01T00:00:10Z"), Grade::Bad);
        assert_eq!(grade("2026-11-22T12:00:00Z"), Grade::Good);
        assert_eq!(grade("2099-11-22T12:00:00Z"), Grade::Bad);
    }

    /// Answers whoever asks so, once each.
    fn answering(answer: &'static str) -> SocketAddr {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for line in listener.incoming() {
                let mut line = line.unwrap();
                let _ = line.read(&mut [0; 512]).unwrap();
                line.write_all(answer.as_bytes()).unwrap();
            }
        });
        address
    }

    #[test]
    fn where_nobody_listens_or_another_program_does_the_branch_does_not_answer() {
        let grades = |place: SocketAddr| [answers(place).grade, menu(&[place], &[]).grade];
        let ours = answering("HTTP/1.1 200 OK\r\ncontent-length: 15\r\n\r\n{\"status\":\"ok\"}");
        assert_eq!(grades(ours), [Grade::Good, Grade::Good]);
        for strange in
            ["HTTP/1.1 200 OK\r\n\r\n<h1>It works!</h1>", "HTTP/1.1 404 Not Found\r\n\r\n", "220 ready\r\n", ""]
        {
            assert_eq!(grades(answering(strange)), [Grade::Bad, Grade::Attention], "{strange}");
        }
        let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        assert_eq!(grades(nobody), [Grade::Bad, Grade::Attention]);
    }

    #[test]
    fn a_menu_nobody_wants_is_good_and_one_whose_place_was_taken_is_told_of() {
        assert_eq!(menu(&[], &[]).grade, Grade::Good);
        let taken = menu(&[], &["127.0.0.1:8090".parse().unwrap()]);
        assert_eq!((taken.grade, taken.seen.as_str()), (Grade::Attention, "127.0.0.1:8090: lo tiene otro programa"));
    }
}
