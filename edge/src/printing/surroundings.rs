//! What the machine knows of what is around it: its networks, who was heard on them, what hangs on USB.
//!
//! Read from the kernel's own files, so that nothing has to be installed for it. Where a file is not there, nothing is
//! around: a printer is then set up by its address.

use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};

use comanda_shared::printer::PrinterAddress;

/// Where the kernel says so.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// `/proc/net/arp`.
    pub arp: PathBuf,
    /// `/proc/net/route`.
    pub routes: PathBuf,
    /// `/sys/class/usbmisc`.
    pub usb: PathBuf,
    /// `/dev/usb`.
    pub devices: PathBuf,
}

impl Default for Surroundings {
    fn default() -> Self {
        let (arp, routes) = ("/proc/net/arp".into(), "/proc/net/route".into());
        Self { arp, routes, usb: "/sys/class/usbmisc".into(), devices: "/dev/usb".into() }
    }
}

/// A printer that hangs on USB.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plugged {
    /// How it is set up: `usb:/dev/usb/lp0`.
    pub address: PrinterAddress,
    /// Which it is, whatever number the kernel gives it: `usb 1-1.3 J7QF012345`.
    pub hardware: String,
    /// What it says it is: `EPSON TM-T20II`.
    pub says: String,
    /// Whether it says that it prints receipts, so that a page may be sent to it unasked.
    pub prints_receipts: bool,
}

impl Surroundings {
    /// The network card at an address, if it was heard lately: `00:26:ab:12:34:56`.
    fn card_at(&self, host: Ipv4Addr) -> Option<String> {
        heard(&fs::read_to_string(&self.arp).ok()?).into_iter().find(|(other, _)| *other == host).map(|(_, card)| card)
    }

    /// What tells a device from others, whatever its address is; none where nothing does.
    pub fn hardware_at(&self, address: &PrinterAddress) -> Option<String> {
        match address {
            PrinterAddress::Tcp { host, .. } => self.card_at(host.parse().ok()?),
            PrinterAddress::Usb { .. } => {
                self.plugged().into_iter().find(|plugged| plugged.address == *address).map(|plugged| plugged.hardware)
            }
            PrinterAddress::Serial { .. } | PrinterAddress::Virtual => None,
        }
    }

    /// Where a device is that was at this address, if it was seen elsewhere.
    pub fn whereabouts(&self, hardware: &str, was_at: &PrinterAddress) -> Option<PrinterAddress> {
        match was_at {
            PrinterAddress::Tcp { port, .. } => {
                let heard = heard(&fs::read_to_string(&self.arp).ok()?);
                let mut with_it = heard.into_iter().filter(|(_, card)| card == hardware);
                // One card at several addresses is a router or a box with several printers: nobody can tell which.
                let (Some((host, _)), None) = (with_it.next(), with_it.next()) else { return None };
                Some(PrinterAddress::Tcp { host: host.to_string(), port: *port })
            }
            PrinterAddress::Usb { .. } => {
                self.plugged().into_iter().find(|plugged| plugged.hardware == hardware).map(|plugged| plugged.address)
            }
            PrinterAddress::Serial { .. } | PrinterAddress::Virtual => None,
        }
    }

    /// The printers on USB, by their number.
    pub fn plugged(&self) -> Vec<Plugged> {
        let Ok(entries) = fs::read_dir(&self.usb) else { return Vec::new() };
        let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
        let mut numbers: Vec<u32> = names.filter_map(|name| name.strip_prefix("lp")?.parse().ok()).collect();
        numbers.sort_unstable();
        numbers.into_iter().map(|number| self.plugged_at(number)).collect()
    }

    fn plugged_at(&self, number: u32) -> Plugged {
        let device = self.usb.join(format!("lp{number}")).join("device");
        // The interface; above it stands the device, whose folder is called as the ports it hangs on.
        let interface = fs::canonicalize(&device).unwrap_or(device);
        let read = |file: PathBuf| fs::read_to_string(file).map(|text| text.trim().to_owned()).unwrap_or_default();
        let above = interface.parent().map(Path::to_path_buf).unwrap_or_default();
        let ports = above.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let (id, serial) = (read(interface.join("ieee1284_id")), read(above.join("serial")));
        // A serial number tells it wherever it is plugged in; without one, the port does.
        let hardware = if serial.is_empty() { format!("usb {ports}") } else { format!("usb {serial}") };
        let says = says(&id).unwrap_or_else(|| read(above.join("product")));
        let address = PrinterAddress::Usb { path: self.devices.join(format!("lp{number}")) };
        Plugged { address, hardware, says, prints_receipts: prints_receipts(&id) }
    }

    /// This machine's own addresses, one in each of its networks.
    pub fn own_addresses(&self) -> Vec<Ipv4Addr> {
        let routes = fs::read_to_string(&self.routes).unwrap_or_default();
        let mut own: Vec<_> =
            connected(&routes).into_iter().filter_map(|(network, _)| own_address_in(network)).collect();
        own.dedup();
        own
    }

    /// The networks this machine is on, as ranges that may be looked at: each at most the 254 neighbours nearest to us.
    pub fn networks(&self) -> Vec<(Ipv4Addr, u8)> {
        let routes = fs::read_to_string(&self.routes).unwrap_or_default();
        let narrow = |(network, prefix): (Ipv4Addr, u8)| {
            if prefix >= 24 { Some((network, prefix)) } else { Some((own_address_in(network)?, 24)) }
        };
        connected(&routes).into_iter().filter_map(narrow).collect()
    }
}

/// Who was heard: address and card. Columns: IP address, HW type, flags, HW address, mask, device.
fn heard(arp: &str) -> Vec<(Ipv4Addr, String)> {
    let line = |line: &str| {
        let mut words = line.split_whitespace();
        let (host, card) = (words.next()?.parse().ok()?, words.nth(2)?);
        // Asked for and never answered.
        (card != "00:00:00:00:00:00").then(|| (host, card.to_lowercase()))
    };
    arp.lines().skip(1).filter_map(line).collect()
}

/// The networks a machine is on itself, without going through somebody: address and prefix. Columns: Iface, Destination,
/// Gateway, Flags, RefCnt, Use, Metric, Mask; numbers in hexadecimal, least byte first.
fn connected(routes: &str) -> Vec<(Ipv4Addr, u8)> {
    let line = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let number = |word: &str| u32::from_str_radix(word, 16).ok().map(u32::swap_bytes);
        let (network, gateway) = (number(words.get(1)?)?, number(words.get(2)?)?);
        let mask = number(words.get(7)?)?;
        let is_ours = gateway == 0 && network != 0 && mask != 0;
        let prefix = u8::try_from(mask.count_ones()).ok()?;
        is_ours.then_some((Ipv4Addr::from(network), prefix))
    };
    routes.lines().skip(1).filter_map(line).collect()
}

/// Our own address in a network: the kernel chooses it for a datagram that is never sent.
fn own_address_in(network: Ipv4Addr) -> Option<Ipv4Addr> {
    let socket = std::net::UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::from(u32::from(network) + 1), 9)).ok()?;
    match socket.local_addr().ok()?.ip() {
        IpAddr::V4(own) => Some(own),
        IpAddr::V6(_) => None,
    }
}

/// Whether an IEEE 1284 id names the language of receipt printers among its commands: `CMD:ESC/POS;`.
fn prints_receipts(id: &str) -> bool {
    let fields = id.split(';').filter_map(|field| field.split_once(':'));
    let mut commands = fields.filter(|(name, _)| matches!(name.trim(), "CMD" | "COMMAND SET"));
    commands.any(|(_, languages)| languages.split(',').any(|language| language.trim().eq_ignore_ascii_case("ESC/POS")))
}

/// Maker and model in an IEEE 1284 id: `MFG:EPSON;CMD:ESC/POS;MDL:TM-T20II;CLS:PRINTER;`.
fn says(id: &str) -> Option<String> {
    let field = |names: [&str; 2]| {
        let fields = id.split(';').filter_map(|field| field.split_once(':'));
        fields.into_iter().find(|(name, _)| names.contains(&name.trim())).map(|(_, value)| value.trim())
    };
    let model = field(["MDL", "MODEL"])?;
    Some(field(["MFG", "MANUFACTURER"]).map_or_else(|| model.to_owned(), |maker| format!("{maker} {model}")))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    const ROUTES: &str = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
eth0\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n";

    /// What the kernel says when these were heard.
    pub fn arp(heard: &[(&str, &str)]) -> String {
        let line = |(host, card): &(&str, &str)| format!("{host}  0x1  0x2  {card}  *  eth0\n");
        let head = "IP address       HW type     Flags       HW address            Mask     Device\n";
        [head.to_owned()].into_iter().chain(heard.iter().map(line)).collect()
    }

    #[test]
    fn only_networks_without_a_gateway_are_ours() {
        assert_eq!(connected(ROUTES), [(Ipv4Addr::new(192, 168, 1, 0), 24)]);
        assert_eq!(connected(""), []);
    }

    #[test]
    fn a_card_is_known_by_who_was_heard_and_not_by_who_was_only_asked_for() {
        let text = arp(&[("192.168.1.50", "00:26:AB:12:34:56"), ("192.168.1.51", "00:00:00:00:00:00")]);
        assert_eq!(heard(&text), [(Ipv4Addr::new(192, 168, 1, 50), "00:26:ab:12:34:56".to_owned())]);
    }

    #[test]
    fn a_card_at_several_addresses_says_nothing_of_where_a_printer_is() {
        let folder = tempfile::tempdir().unwrap();
        let surroundings = Surroundings { arp: folder.path().join("arp"), ..Surroundings::default() };
        let was = PrinterAddress::Tcp { host: "192.168.1.50".to_owned(), port: 9100 };
        let card = "00:26:ab:12:34:56";
        fs::write(&surroundings.arp, arp(&[("192.168.1.61", card)])).unwrap();
        assert_eq!(surroundings.whereabouts(card, &was).unwrap().to_string(), "tcp://192.168.1.61:9100");
        fs::write(&surroundings.arp, arp(&[("192.168.1.61", card), ("192.168.1.62", card)])).unwrap();
        assert_eq!(surroundings.whereabouts(card, &was), None);
    }

    /// Plugs a printer in at this port of a bus that is made of files.
    pub fn plug_in(bus: &Path, number: u32, port: &str, serial: Option<&str>, id: &str) {
        let interface = bus.join("devices").join(port).join(format!("{port}:1.0"));
        fs::create_dir_all(&interface).unwrap();
        fs::write(interface.join("ieee1284_id"), format!("{id}\n")).unwrap();
        if let Some(serial) = serial {
            fs::write(interface.parent().unwrap().join("serial"), format!("{serial}\n")).unwrap();
        }
        let class = bus.join("class").join(format!("lp{number}"));
        fs::create_dir_all(&class).unwrap();
        std::os::unix::fs::symlink(&interface, class.join("device")).unwrap();
    }

    #[test]
    fn a_printer_on_usb_is_known_by_its_serial_number_or_by_its_port() {
        let folder = tempfile::tempdir().unwrap();
        for (number, port, serial) in [(0, "1-1.3", Some("J7QF012345")), (2, "1-2", None)] {
            plug_in(folder.path(), number, port, serial, "MFG:EPSON;CMD:ESC/POS;MDL:TM-T20II;CLS:PRINTER;");
        }
        let usb = folder.path().join("class");
        let surroundings = Surroundings { usb, ..Surroundings::default() };
        let found: Vec<_> =
            surroundings.plugged().into_iter().map(|plugged| (plugged.hardware, plugged.says)).collect();
        let says = "EPSON TM-T20II".to_owned();
        assert_eq!(found, [("usb J7QF012345".to_owned(), says.clone()), ("usb 1-2".to_owned(), says)]);
        let lp = |number: u32| PrinterAddress::Usb { path: format!("/dev/usb/lp{number}").into() };
        assert_eq!(surroundings.hardware_at(&lp(2)), Some("usb 1-2".to_owned()));
        assert_eq!(surroundings.whereabouts("usb J7QF012345", &lp(7)), Some(lp(0)));
    }
    #[test]
    fn only_what_says_so_prints_receipts() {
        assert!(prints_receipts("MFG:EPSON;CMD:ESC/POS;MDL:TM-T20II;CLS:PRINTER;"));
        assert!(prints_receipts("MANUFACTURER:Bixolon;COMMAND SET:BXL/POS, ESC/POS;MODEL:SRP-350III;"));
        for office in ["MFG:HP;CMD:PJL,PCL,POSTSCRIPT;MDL:LaserJet 1020;CLS:PRINTER;", "", "CMD;MDL:ESC/POS;"] {
            assert!(!prints_receipts(office), "{office}");
        }
    }
}
