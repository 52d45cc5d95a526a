//! A branch for tests: the real router over a real journal in a folder of its own, asked without a network. Its clock
//! stands still until a test moves it; nothing is printed, so that jobs stay where they are.
//!
//! A path without a leading `/` is meant under `/api/v1/`, as the specification writes them.
#![allow(dead_code, reason = "each test program has all of it and uses a part")]

pub mod listener;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::connect_info::ConnectInfo;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, header};
use comanda_edge::branch::settings::{self, NewSettings};
use comanda_edge::catalog::feature as catalog_feature;
use comanda_edge::environment::{Clock, Environment};
use comanda_edge::guests::Invitations;
use comanda_edge::http::access::Hosts;
use comanda_edge::http::guest_router::guest_router;
use comanda_edge::http::router::router;
use comanda_edge::http::server::{self, Door, Listeners};
use comanda_edge::http::trust::Trust;
use comanda_edge::http::whence::Peer;
use comanda_edge::http::whereabouts::Taken;
use comanda_edge::journal::{DataFolder, Journal};
use comanda_edge::live::Pace;
use comanda_edge::printing::setup::{self as printers, NewPrinter};
use comanda_edge::staff::secrets::Pepper;
use comanda_edge::staff::setup as staff;
use comanda_shared::printer::PrinterAddress;
use comanda_shared::staff::{Actor, Role};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpSocket;
use tokio::sync::oneshot;
use tower::ServiceExt;

/// Sunday lunch in Bogotá: 13:30 on 2026-11-22.
pub const LUNCH: &str = "2026-11-22T13:30:00.000-05:00";
/// The day of business it belongs to.
pub const DAY: &str = "2026-11-22";

/// The live channel of a test: no patience, little room.
pub const HURRIED: Pace = Pace {
    beat: Duration::from_millis(100),
    hello: Duration::from_secs(1),
    poll: Duration::from_millis(300),
    send: Duration::from_secs(4),
    silence: Duration::from_secs(6),
    buffer: 8,
    screens: 6,
    guests: 2,
    messages: 50,
};

/// A clock that a test moves.
pub struct StillClock(Mutex<Timestamp>);

impl Clock for StillClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The branch.
pub struct Branch {
    clock: Arc<StillClock>,
    runtime: tokio::runtime::Runtime,
    open: Option<Open>,
    trust: Trust,
    tokens: BTreeMap<Role, String>,
    keys: AtomicU64,
    // Removed last.
    folder: TempDir,
}

/// What ends with a restart.
struct Open {
    journal: Journal,
    writer: JoinHandle<()>,
    branch: server::Branch,
    router: Router,
    guest_router: Router,
}

/// The branch on a port of this machine, until dropped.
pub struct Served {
    pub address: SocketAddr,
    /// Over HTTPS.
    pub encrypted: Option<SocketAddr>,
    /// The guests' door.
    pub guests: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    ended: Option<tokio::task::JoinHandle<std::io::Result<()>>>,
}

impl Served {
    /// Stops the server, and says how long that took.
    pub fn stop(&mut self, branch: &Branch) -> Duration {
        let began = Instant::now();
        drop(self.stop.take());
        branch.runtime.block_on(self.ended.take().unwrap()).unwrap().unwrap();
        began.elapsed()
    }
}

impl Branch {
    /// With [`catalog`] in use, a token for every role, and a virtual printer at the fryer.
    pub fn open() -> Self {
        let branch = Self::without_a_catalog();
        branch.import(&catalog());
        branch.add_virtual_printer("Cocina", &["freidora"]);
        branch
    }

    /// With a token for every role, and nothing to sell yet.
    pub fn without_a_catalog() -> Self {
        Self::in_folder(tempfile::tempdir().unwrap())
    }

    /// The branch that lives in this folder, or a new one; with a further token for every role.
    pub fn in_folder(folder: TempDir) -> Self {
        let clock = Arc::new(StillClock(Mutex::new(LUNCH.parse().unwrap())));
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let trust = Trust::Network;
        let open = Some(Open::in_folder(&folder, &clock, trust));
        let (tokens, keys) = (BTreeMap::new(), AtomicU64::new(0));
        let mut branch = Self { clock, runtime, open, trust, tokens, keys, folder };
        branch.tokens = Role::ALL
            .into_iter()
            .map(|role| (role, staff::create_token(branch.journal(), &format!("script-{role}"), role).unwrap().1))
            .collect();
        branch
    }

    /// Sells from this menu.
    pub fn import(&self, catalog: &Value) {
        catalog_feature::import(self.journal(), Actor::Operator, catalog.to_string().as_bytes()).unwrap();
    }

    /// A virtual printer at these stations.
    pub fn add_virtual_printer(&self, name: &str, stations: &[&str]) {
        let stations = stations.iter().map(|station| (*station).to_owned()).collect();
        let printer = NewPrinter { stations, ..NewPrinter::at(name, PrinterAddress::Virtual) };
        printers::add(self.journal(), printer).unwrap();
    }

    /// Stops the branch and opens it again from what its folder has.
    pub fn restart(&mut self) {
        self.close();
        self.open = Some(Open::in_folder(&self.folder, &self.clock, self.trust));
    }

    /// Where the branch lives.
    pub fn data(&self) -> DataFolder {
        DataFolder::at(self.folder.path()).unwrap()
    }

    /// Does something to the folder while nobody has the branch open, at the branch's time.
    pub fn while_closed<T>(&mut self, act: impl FnOnce(&DataFolder, &Environment) -> T) -> T {
        self.close();
        let environment = Environment { clock: Arc::clone(&self.clock) as Arc<dyn Clock>, ..Environment::system() };
        let done = act(&DataFolder::at(self.folder.path()).unwrap(), &environment);
        self.open = Some(Open::in_folder(&self.folder, &self.clock, self.trust));
        done
    }

    /// The same, but that it answers nobody on the network who is not paired or has no token.
    pub fn trusting_paired_screens(mut self) -> Self {
        self.trust = Trust::Paired;
        self.restart();
        self
    }

    fn close(&mut self) {
        if let Some(Open { journal, writer, .. }) = self.open.take() {
            journal.stop();
            writer.join().unwrap();
        }
    }

    /// Lets time go by.
    pub fn wait(&self, time: SignedDuration) {
        let mut now = self.clock.0.lock().unwrap();
        *now = now.checked_add(time).unwrap();
    }

    /// The journal under the router.
    pub fn journal(&self) -> &Journal {
        &self.open.as_ref().unwrap().journal
    }

    /// What guests follow their orders with.
    pub fn guests(&self) -> &Invitations {
        &self.open.as_ref().unwrap().branch.guests
    }

    /// How far the journal has come: it moves with everything that is written.
    pub fn sequence(&self) -> u64 {
        *self.journal().committed().borrow()
    }

    /// Serves the branch to real sockets, with so little room on the way that what is not read is soon felt.
    pub fn serve(&self) -> Served {
        self.serve_at(1, 0)
    }

    /// The same, over HTTPS besides.
    pub fn serve_encrypted(&self) -> Served {
        let served = self.serve_at(1, 1);
        let until = Instant::now() + Duration::from_secs(10);
        while self.server().certificates.leaf().is_none() {
            assert!(Instant::now() < until, "no certificate was made");
            std::thread::sleep(Duration::from_millis(5));
        }
        served
    }

    fn serve_at(&self, plain: usize, encrypted: usize) -> Served {
        let branch = self.server().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        let listener = || {
            let socket = TcpSocket::new_v4().unwrap();
            socket.set_send_buffer_size(16 * 1024).unwrap();
            socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
            socket.listen(64).unwrap()
        };
        self.runtime.block_on(async {
            let listeners = Listeners {
                plain: (0..plain).map(|_| listener()).collect(),
                encrypted: (0..encrypted).map(|_| listener()).collect(),
                guests: vec![listener()],
                taken: Taken::default(),
            };
            let address = listeners.plain[0].local_addr().unwrap();
            let encrypted = listeners.encrypted.first().map(|listener| listener.local_addr().unwrap());
            let guests = listeners.guests[0].local_addr().unwrap();
            let ended = tokio::spawn(server::serve(listeners, branch, async { drop(stopped.await) }));
            Served { address, encrypted, guests, stop: Some(stop), ended: Some(ended) }
        })
    }

    /// What handlers share.
    pub fn server(&self) -> &server::Branch {
        &self.open.as_ref().unwrap().branch
    }

    /// The folder its files are in.
    pub fn folder(&self) -> DataFolder {
        DataFolder::at(self.folder.path()).unwrap()
    }

    /// Calls the branch this.
    pub fn set_code(&self, code: &str) {
        let new = NewSettings { code: Some(code.to_owned()), ..NewSettings::default() };
        settings::change(self.journal(), Actor::Operator, new).unwrap();
    }

    /// Somebody works here from now on; answers their id.
    pub fn add_staff(&self, name: &str, role: Role, pin: &str) -> String {
        let pepper = pepper(&self.folder, self.journal().environment());
        staff::add_staff(self.journal(), &pepper, name, role, &pin.parse().unwrap()).unwrap().to_string()
    }

    /// The bearer token of the script with this role.
    pub fn token(&self, role: Role) -> &str {
        &self.tokens[&role]
    }

    /// A request as the cashier's script, to be changed and sent.
    pub fn ask(&self, method: &str, path: &str) -> Ask<'_> {
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/api/v1/{path}") };
        let request = Request::builder().method(method).uri(path).header(header::HOST, "127.0.0.1:8080");
        let ask = Ask { branch: self, is_at_the_guests_door: false, request: request.body(Body::empty()).unwrap() };
        ask.by(Role::Cashier)
    }

    /// A request as nobody at the guests' door, to be changed and sent.
    pub fn ask_as_a_guest(&self, method: &str, path: &str) -> Ask<'_> {
        Ask { is_at_the_guests_door: true, ..self.ask(method, path).by_nobody() }
    }

    /// `GET path` as the cashier's script.
    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path).send()
    }

    /// `POST path` as the cashier's script, with this key.
    pub fn post(&self, path: &str, key: &str, body: &Value) -> Answer {
        self.ask("POST", path).header("idempotency-key", key).json(body).send()
    }

    /// Takes an order, with a key of its own.
    pub fn take(&self, order: &Value) -> Value {
        self.post("orders", &self.new_key(), order).is(201)
    }

    /// A key that was not used before.
    pub fn new_key(&self) -> String {
        format!("key-{}", self.keys.fetch_add(1, Ordering::Relaxed))
    }

    /// The order as it is now.
    pub fn order(&self, id: &Value) -> Value {
        self.get(&format!("orders/{}", id.as_str().unwrap())).is(200)
    }

    /// `PATCH orders/{id}/status`.
    pub fn advance(&self, id: &Value, to: &str) -> Answer {
        let path = format!("orders/{}/status", id.as_str().unwrap());
        self.ask("PATCH", &path).json(&json!({"status": to})).send()
    }
}

impl Drop for Branch {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.close();
        }
    }
}

impl Open {
    fn in_folder(folder: &TempDir, clock: &Arc<StillClock>, trust: Trust) -> Self {
        let environment = Environment { clock: Arc::clone(clock) as Arc<dyn Clock>, ..Environment::system() };
        let data = DataFolder::at(folder.path()).unwrap();
        let (journal, writer) = Journal::start(&data, environment.clone()).unwrap();
        let pepper = pepper(folder, &environment);
        let hosts = Hosts::named(vec!["esquina.lan".to_owned()]);
        let door = Door { hosts, trust };
        let branch = server::Branch::at_pace(HURRIED, journal.clone(), pepper, door, data);
        let (router, guest_router) = (router(branch.clone()), guest_router(branch.clone()));
        Self { journal, writer, router, guest_router, branch }
    }
}

fn pepper(folder: &TempDir, environment: &Environment) -> Pepper {
    Pepper::at(&folder.path().join("pepper"), environment).unwrap()
}

/// A request before it is sent.
pub struct Ask<'b> {
    branch: &'b Branch,
    is_at_the_guests_door: bool,
    request: Request<Body>,
}

impl Ask<'_> {
    /// As the script of this role.
    pub fn by(self, role: Role) -> Self {
        let token = self.branch.token(role).to_owned();
        self.with_secret(&token)
    }

    /// With this bearer token.
    pub fn with_secret(self, secret: &str) -> Self {
        self.header("authorization", &format!("Bearer {secret}"))
    }

    /// As nobody.
    pub fn by_nobody(mut self) -> Self {
        self.request.headers_mut().remove(header::AUTHORIZATION);
        self
    }

    /// With this header, instead of any of its name before.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
        self.request.headers_mut().insert(name.parse::<HeaderName>().unwrap(), value);
        self
    }

    /// From a machine of the network that has this address.
    pub fn at_address(mut self, address: IpAddr) -> Self {
        self.request.extensions_mut().insert(ConnectInfo(Peer { address, is_encrypted: false }));
        self
    }

    /// With this body.
    pub fn json(self, body: &Value) -> Self {
        self.bytes(body.to_string())
    }

    /// With a body that says it is JSON.
    pub fn bytes(self, body: impl Into<Body>) -> Self {
        let mut ask = self.header("content-type", "application/json");
        *ask.request.body_mut() = body.into();
        ask
    }

    /// Sends it and waits for the answer.
    pub fn send(self) -> Answer {
        let open = self.branch.open.as_ref().unwrap();
        let router = if self.is_at_the_guests_door { &open.guest_router } else { &open.router }.clone();
        self.branch.runtime.block_on(async move {
            let asked = format!("{} {}", self.request.method(), self.request.uri());
            let (head, body) = router.oneshot(self.request).await.unwrap().into_parts();
            let bytes = to_bytes(body, usize::MAX).await.unwrap().to_vec();
            Answer { asked, status: head.status.as_u16(), headers: head.headers, bytes }
        })
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    asked: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The body, of an answer with this status.
    #[track_caller]
    pub fn is(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self}");
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    /// The problem, of a refusal with this status and code.
    #[track_caller]
    pub fn is_refused(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self}");
        let problem = self.is(status);
        assert_eq!((&problem["code"], &problem["status"]), (&json!(code), &json!(status)), "{self}");
        problem
    }

    /// The problem, of a refusal that names this field.
    #[track_caller]
    pub fn is_refused_at(&self, status: u16, code: &str, field: &str) {
        let problem = self.is_refused(status, code);
        assert_eq!(problem["errors"][0]["field"], json!(field), "{self}");
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let body = String::from_utf8_lossy(&self.bytes);
        write!(to, "{} was answered {} {}", self.asked, self.status, body.chars().take(2000).collect::<String>())
    }
}

/// A little menu: a tax in the price and one on top, two stations, a choice that must be made, one that may, a product
/// that two stations make, and one that is off.
pub fn catalog() -> Value {
    let changes = json!([{"id": "cambios", "name": "Cambios", "min": 0, "max": 2, "modifiers": [
        {"sku": "queso-extra", "name": "Queso extra", "price": 300_000},
        {"sku": "sin-cebolla", "name": "Sin cebolla", "price": 0},
        {"sku": "aji", "name": "Ají", "price": 0}]}]);
    let size = json!([{"id": "tamano", "name": "Tamaño", "min": 1, "max": 1, "modifiers": [
        {"sku": "pequeno", "name": "Pequeño", "price": 0}, {"sku": "grande", "name": "Grande", "price": 200_000}]}]);
    json!({
        "currency": "COP",
        "taxes": [{"id": "inc-8", "name": "Impoconsumo 8 %", "permille": 80, "included": true},
                  {"id": "iva-19", "name": "IVA 19 %", "permille": 190, "included": false}],
        "stations": [{"id": "freidora", "name": "Freidora"}, {"id": "barra", "name": "Barra"}],
        "categories": [
            {"id": "fritos", "name": "Fritos", "products": [
                {"sku": "salchipapa-especial", "name": "Salchipapa especial", "price": 1_550_000, "tax": "inc-8",
                 "station": "freidora", "target_seconds": 480, "modifier_groups": changes},
                {"sku": "combo", "name": "Combo de la casa", "price": 2_000_000, "tax": "inc-8",
                 "station": ["freidora", "barra"]},
                {"sku": "yuca", "name": "Yuca frita", "price": 700_000, "tax": [], "station": "freidora", "active": false}]},
            {"id": "bebidas", "name": "Bebidas", "products": [
                {"sku": "limonada", "name": "Limonada", "price": 500_000, "tax": "iva-19", "station": "barra"},
                {"sku": "jugo", "name": "Jugo", "price": 600_000, "tax": [], "station": "barra",
                 "modifier_groups": size}]}],
    })
}

/// An order of one lemonade, for the bar, where there is no printer.
pub fn lemonade() -> Value {
    json!({"type": "takeaway", "lines": [{"product": "limonada", "quantity": 1}]})
}

/// An order of one line.
pub fn one(line: Value) -> Value {
    json!({"type": "takeaway", "lines": [line]})
}
