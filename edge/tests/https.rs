//! HTTPS with the branch's own authority, as a tablet that was given it sees it: a real client of TLS over real sockets.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::time::Duration;

use comanda_edge::tls::authority::Authority;
use comanda_edge::tls::certificates::{Renewal, throw_away};
use comanda_edge::tls::leaf::LIFE;
use comanda_shared::staff::Role;
use jiff::{SignedDuration, Timestamp};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::time_provider::TimeProvider;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::{Value, json};
use tungstenite::client::{IntoClientRequest, client};
use tungstenite::http::HeaderValue;
use tungstenite::{Message, WebSocket};

use support::{Branch, LUNCH, Served, lemonade};

/// No answer takes longer.
const PATIENCE: Duration = Duration::from_secs(10);

type Encrypted = StreamOwned<ClientConnection, TcpStream>;

/// A tablet's own clock.
#[derive(Debug)]
struct Tablet(Timestamp);

impl TimeProvider for Tablet {
    fn current_time(&self) -> Option<UnixTime> {
        Some(UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(self.0.as_second()).unwrap())))
    }
}

fn lunch() -> Timestamp {
    LUNCH.parse().unwrap()
}

/// Shakes hands as a tablet that believes this authority, at a time of its own, meaning this name.
fn shake(
    at: SocketAddr,
    authority: &CertificateDer<'static>,
    name: &str,
    now: Timestamp,
) -> std::io::Result<Encrypted> {
    let mut roots = RootCertStore::empty();
    roots.add(authority.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config =
        ClientConfig::builder_with_details(provider, Arc::new(Tablet(now))).with_safe_default_protocol_versions();
    let config = config.unwrap().with_root_certificates(roots).with_no_client_auth();
    let connection = ClientConnection::new(Arc::new(config), ServerName::try_from(name.to_owned()).unwrap()).unwrap();
    let tcp = TcpStream::connect(at).unwrap();
    tcp.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut stream = StreamOwned::new(connection, tcp);
    stream.conn.complete_io(&mut stream.sock)?;
    Ok(stream)
}

/// The authority as a tablet downloads it, over HTTP and without being known.
fn downloaded(branch: &Branch) -> CertificateDer<'static> {
    let answer = branch.ask("GET", "/ca.crt").by_nobody().send();
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/x-x509-ca-cert")), "{answer}");
    assert!(answer.header("content-disposition").unwrap().contains("comanda-"), "{answer}");
    answer.bytes.into()
}

fn connect(branch: &Branch, served: &Served) -> Encrypted {
    shake(served.encrypted.unwrap(), &downloaded(branch), "127.0.0.1", lunch()).unwrap()
}

/// One request and its answer: status, head, body.
fn request(stream: &mut (impl Read + Write), head: &str, body: &Value) -> (u16, String, Value) {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let length = body.len();
    let text = format!(
        "{head}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
    stream.write_all(text.as_bytes()).unwrap();
    let mut answer = Vec::new();
    // A server may close without a farewell of TLS's once everything was said.
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    (status, head.to_owned(), serde_json::from_str(body).unwrap_or_default())
}

fn shown(stream: &Encrypted) -> Vec<u8> {
    stream.conn.peer_certificates().unwrap()[0].to_vec()
}

#[test]
fn a_tablet_that_was_given_the_authority_sells_over_https_with_cookies_that_never_leave_it() {
    let branch = Branch::open().trusting_paired_screens();
    let ana = branch.add_staff("Ana", Role::Cashier, "2580");
    let mut served = branch.serve_encrypted();
    let host = format!("host: {}", served.encrypted.unwrap());
    let plan = json!({"name": "Caja 1", "purpose": {"screen": "till"}});
    let code = branch.ask("POST", "devices/codes").by(Role::Admin).json(&plan).send().is(201)["code"].clone();

    let post = |path: &str, headers: &str, body: &Value| {
        let head = format!("POST /api/v1/{path} HTTP/1.1\r\n{host}\r\n{headers}idempotency-key: k");
        request(&mut connect(&branch, &served), &head, body)
    };
    let (status, head, _) = post("devices/pair", "", &json!({"code": code}));
    assert_eq!(status, 201, "{head}");
    let cookie = |head: &str| {
        let line = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap().to_owned();
        assert!(line.starts_with("__Host-") && line.contains("; Secure; HttpOnly; SameSite=Strict"), "{line}");
        line.split(';').next().unwrap().to_owned()
    };
    let device = cookie(&head);
    let (status, head, _) = post("auth/login", &format!("cookie: {device}\r\n"), &json!({"staff": ana, "pin": "2580"}));
    assert_eq!(status, 200, "{head}");
    let both = format!("cookie: {device}; {}\r\n", cookie(&head));
    let origin = |scheme: &str| format!("{both}origin: {scheme}://{}\r\n", served.encrypted.unwrap());
    let (status, head, order) = post("orders", &origin("https"), &lemonade());
    assert_eq!(status, 201, "{head}");
    assert_eq!(branch.order(&order["id"])["id"], order["id"]);
    // A page that was loaded without encryption, by somebody between, acts on nothing.
    assert_eq!(post("orders", &origin("http"), &lemonade()).2["code"], json!("origin.foreign"));
    let (status, head, _) = post("auth/logout", &both, &Value::Null);
    assert!(status == 204 && head.contains("__Host-comanda_session=; Path=/; Max-Age=0; Secure"), "{head}");
    served.stop(&branch);
}

fn live(branch: &Branch, served: &Served) -> WebSocket<Encrypted> {
    let mut request = format!("wss://{}/api/v1/live", served.encrypted.unwrap()).into_client_request().unwrap();
    let bearer = HeaderValue::from_str(&format!("Bearer {}", branch.token(Role::Cashier))).unwrap();
    request.headers_mut().insert("authorization", bearer);
    client(request, connect(branch, served)).unwrap().0
}

fn hears(socket: &mut WebSocket<Encrypted>, order: &Value) {
    let subscribed = std::time::Instant::now();
    while subscribed.elapsed() < PATIENCE {
        if let Message::Text(text) = socket.read().unwrap()
            && text.contains(order.as_str().unwrap())
        {
            return;
        }
    }
    panic!("the order was not told");
}

#[test]
fn a_screen_hears_of_orders_over_https_and_goes_on_while_the_certificate_is_made_anew() {
    let branch = Branch::open();
    let mut served = branch.serve_encrypted();
    let mut socket = live(&branch, &served);
    let hello = json!({"type": "hello", "screen": "pos", "scopes": ["branch"], "journal_id": null, "last_sequence": null,
                       "ui_version": ""});
    socket.send(Message::text(hello.to_string())).unwrap();
    hears(&mut socket, &branch.take(&lemonade())["id"]);

    let before = shown(&connect(&branch, &served));
    branch.server().keep_certificates().unwrap();
    assert_eq!(shown(&connect(&branch, &served)), before, "nothing has changed");
    branch.wait(SignedDuration::from_hours(24 * 141));
    branch.server().keep_certificates().unwrap();
    let later = lunch() + SignedDuration::from_hours(24 * 141);
    let authority = downloaded(&branch);
    let again = shake(served.encrypted.unwrap(), &authority, "127.0.0.1", later).unwrap();
    assert_ne!(shown(&again), before, "by the same authority, sixty days before the end");
    hears(&mut socket, &branch.take(&lemonade())["id"]);
    // A tablet that comes after the end of the first would have been turned away.
    let after = lunch() + LIFE + SignedDuration::from_hours(24);
    assert!(shake(served.encrypted.unwrap(), &authority, "127.0.0.1", after).is_ok());
    served.stop(&branch);
}

#[test]
fn a_tablet_believes_its_own_branchs_authority_and_no_strangers() {
    let branch = Branch::open();
    let mut served = branch.serve_encrypted();
    let at = served.encrypted.unwrap();
    let stranger = Authority::make(&[]).unwrap().der().unwrap();
    let refused = shake(at, &stranger, "127.0.0.1", lunch()).unwrap_err();
    assert!(refused.to_string().contains("UnknownIssuer"), "{refused}");
    let own = downloaded(&branch);
    for name in ["localhost", "comanda.local", "esquina.lan", "127.0.0.1"] {
        assert!(shake(at, &own, name, lunch()).is_ok(), "{name}");
    }
    let elsewhere = shake(at, &own, "192.168.77.77", lunch()).unwrap_err();
    assert!(elsewhere.to_string().contains("not valid for name"), "{elsewhere}");
    served.stop(&branch);
}

#[test]
fn who_steals_the_authoritys_key_is_believed_by_no_tablet_to_be_a_bank() {
    let authority = Authority::make(&["esquina.lan".to_owned()]).unwrap();
    for (name, is_believed) in
        [("comanda.local", true), ("bancolombia.com", false), ("192.168.1.20", true), ("8.8.8.8", false)]
    {
        let leaf = authority.issue(vec![name.to_owned()], lunch(), LIFE).unwrap();
        let leaf = CertificateDer::from_pem_slice(leaf.certificate.as_bytes()).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(authority.der().unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier =
            rustls::client::WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
        let now = Tablet(lunch()).current_time().unwrap();
        let name = ServerName::try_from(name).unwrap();
        let verified =
            rustls::client::danger::ServerCertVerifier::verify_server_cert(&*verifier, &leaf, &[], &name, &[], now);
        assert_eq!(verified.is_ok(), is_believed, "{name:?}: {verified:?}");
    }
}

#[test]
fn plain_http_where_https_is_spoken_is_sent_the_right_way() {
    let branch = Branch::open();
    let mut served = branch.serve_encrypted();
    let at = served.encrypted.unwrap();
    let mut plain = TcpStream::connect(at).unwrap();
    plain.set_read_timeout(Some(PATIENCE)).unwrap();
    let (status, head, _) = request(&mut plain, &format!("GET /pos HTTP/1.1\r\nhost: {at}"), &Value::Null);
    assert!(status == 308 && head.contains(&format!("location: https://{at}/pos")), "{head}");
    served.stop(&branch);
}

#[test]
fn those_who_connect_and_say_nothing_or_half_a_word_keep_no_tablet_out() {
    let branch = Branch::open();
    let mut served = branch.serve_encrypted();
    let at = served.encrypted.unwrap();
    let dawdle = |number: usize| {
        let mut stream = TcpStream::connect(at).unwrap();
        // Half of them begin a handshake and leave it at that.
        stream.write_all(&[0x16, 3, 1][..number % 2 * 3]).unwrap();
        stream
    };
    let dawdling: Vec<TcpStream> = (0..200).map(dawdle).collect();
    let (status, head, _) =
        request(&mut connect(&branch, &served), &format!("GET /healthz HTTP/1.1\r\nhost: {at}"), &Value::Null);
    assert_eq!(status, 200, "{head}");
    drop(dawdling);
    served.stop(&branch);
}

#[test]
fn the_authority_outlives_restarts_is_its_owners_alone_and_is_shown_to_whoever_installs_it() {
    let mut branch = Branch::open().trusting_paired_screens();
    let off = branch.ask("GET", "/ca").by_nobody().send();
    assert!(off.status == 200 && String::from_utf8_lossy(&off.bytes).contains("apagada"), "{off}");
    assert_eq!(branch.ask("GET", "/ca.crt").by_nobody().send().status, 404);
    let mut served = branch.serve_encrypted();
    let first = downloaded(&branch);
    let authority = branch.server().certificates.authority().unwrap();
    let page = branch.ask("GET", "/ca").by_nobody().send();
    let text = String::from_utf8_lossy(&page.bytes).into_owned();
    for told in [authority.name(), &authority.fingerprint().unwrap(), &format!("https://{}", served.encrypted.unwrap())]
    {
        assert!(text.contains(told), "{told} is not on the page");
    }
    assert!(!text.contains("{{") && page.header("content-security-policy").is_some(), "{page}");
    for file in [branch.folder().authority(), branch.folder().leaf()] {
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "{}", file.display());
    }
    served.stop(&branch);

    branch.restart();
    let mut served = branch.serve_encrypted();
    assert_eq!(downloaded(&branch), first);
    throw_away(&branch.folder(), Renewal::Authority).unwrap();
    branch.server().keep_certificates().unwrap();
    let second = downloaded(&branch);
    assert_ne!(second, first);
    assert!(shake(served.encrypted.unwrap(), &first, "127.0.0.1", lunch()).is_err());
    assert!(shake(served.encrypted.unwrap(), &second, "127.0.0.1", lunch()).is_ok());
    served.stop(&branch);
}
