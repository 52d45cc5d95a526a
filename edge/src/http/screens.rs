//! The screens: files that npm makes in `edge/ui/dist`, which are part of a release binary and read from the disk by a
//! development one, so that `make ui` is seen without compiling, and a clone without npm compiles at all.
//!
//! Of text there is only gzip: browsers take Brotli over HTTPS alone, and half a megabyte of it would be in every program.
//! Whoever takes no gzip, which no browser is, gets it unpacked. What has a hash in its name never changes; pages are asked for each time and mostly answered 304. Where the
//! screens were not built, a page says how.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Read;
use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::RustEmbed;

use super::problem::{Code, Problem};

/// What a page of ours may do: nothing from elsewhere, no script or style in the page itself, in no frame.
pub const POLICY: &str =
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; img-src 'self' data:";

/// What the page of the API's documentation may do besides: the library that draws it writes styles into elements.
const POLICY_OF_DOCS: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'self'; \
                              frame-ancestors 'none'; img-src 'self' data:";

const FOR_GOOD: &str = "public, max-age=31536000, immutable";
/// Kept, and asked for each time whether it is still so.
pub const ASK_EACH_TIME: &str = "no-cache";

/// What npm made. Text is there compressed; the text itself stays outside.
#[derive(RustEmbed)]
#[folder = "ui/dist"]
#[allow_missing = true]
#[exclude = "*.html"]
#[exclude = "*.css"]
#[exclude = "*.js"]
#[exclude = "*.json"]
#[exclude = "*.svg"]
#[exclude = "*.txt"]
#[exclude = "*.webmanifest"]
#[exclude = "*.map*"]
struct Dist;

/// A file as it was made.
pub(super) struct File {
    pub(super) bytes: Cow<'static, [u8]>,
    pub(super) hash: [u8; 32],
}

/// Where files are found by their name.
pub(super) type Shelf = fn(&str) -> Option<File>;

fn dist(name: &str) -> Option<File> {
    Dist::get(name).map(|file| File { bytes: file.data, hash: file.metadata.sha256_hash() })
}

/// The screens' routes.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/", get(|headers: HeaderMap| async move { page("start/index.html", &headers) }))
        .route("/pos", get(|headers: HeaderMap| async move { page("pos/index.html", &headers) }))
        .route("/kitchen", get(|headers: HeaderMap| async move { page("kitchen/index.html", &headers) }))
        .route("/board", get(|headers: HeaderMap| async move { page("board/index.html", &headers) }))
        .route("/expo", get(|headers: HeaderMap| async move { page("expo/index.html", &headers) }))
        .route("/manager", get(|headers: HeaderMap| async move { page("manager/index.html", &headers) }))
        .route("/assets/{name}", get(asset))
}

/// The menu's, at the guests' door. What it is made of lies apart, so that nothing of another screen is given away there.
pub fn menu_routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/", get(|headers: HeaderMap| async move { page("menu/index.html", &headers) }))
        .route("/menu/assets/{name}", get(menu_asset))
}

/// Which screens these are, as their build wrote it into `version` and into each page: a page that was loaded as another
/// loads itself anew.
pub fn version() -> &'static str {
    static VERSION: LazyLock<String> = LazyLock::new(|| {
        let written = dist("version").and_then(|file| String::from_utf8(file.bytes.into_owned()).ok());
        written.map_or_else(|| "not built".to_owned(), |text| text.trim().to_owned())
    });
    &VERSION
}

/// A page that shows this document, and tries what it says out.
#[utoipa::path(get, path = "/api/v1/docs", operation_id = "show_docs", tag = "branch", security(()),
    responses((status = 200, description = "The page", body = String, content_type = "text/html"), Problem))]
pub async fn docs(headers: HeaderMap) -> Response {
    let mut response = page("docs/index.html", &headers);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY_OF_DOCS));
    response
}

fn page(name: &str, asked: &HeaderMap) -> Response {
    let mut response = answer(dist, name, ASK_EACH_TIME, asked).unwrap_or_else(not_built);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

async fn asset(Path(name): Path<String>, asked: HeaderMap) -> Response {
    lying_in("assets", &name, &asked)
}

async fn menu_asset(Path(name): Path<String>, asked: HeaderMap) -> Response {
    lying_in("menu/assets", &name, &asked)
}

fn lying_in(folder: &str, name: &str, asked: &HeaderMap) -> Response {
    // On the disk, unlike in the binary, a way out of the folder is a name too.
    let is_flat = !name.contains(['/', '\\']);
    let found = is_flat.then(|| answer(dist, &format!("{folder}/{name}"), FOR_GOOD, asked)).flatten();
    found.unwrap_or_else(|| Problem::from(Code::NotFound).into_response())
}

fn not_built() -> Response {
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"))];
    (StatusCode::SERVICE_UNAVAILABLE, kind, include_str!("screens/not_built.html")).into_response()
}

/// The file of this name in the best form that is taken; none when there is no such file.
pub(super) fn answer(shelf: Shelf, name: &str, keep: &'static str, asked: &HeaderMap) -> Option<Response> {
    let kind = kind_of(name)?;
    let Form { bytes, encoding, tag } = Form::best(shelf, name, asked)?;
    let mut headers = HeaderMap::new();
    let mut say = |name: HeaderName, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
    say(header::CONTENT_TYPE, kind);
    say(header::CACHE_CONTROL, keep);
    say(header::VARY, "accept-encoding");
    if let Some(encoding) = encoding {
        say(header::CONTENT_ENCODING, encoding);
    }
    headers.insert(header::ETAG, HeaderValue::from_str(&tag).ok()?);
    if is_known(&tag, asked) {
        headers.remove(header::CONTENT_ENCODING);
        return Some((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    Some((headers, bytes).into_response())
}

/// A file in the form it is sent.
struct Form {
    bytes: Cow<'static, [u8]>,
    encoding: Option<&'static str>,
    tag: String,
}

impl Form {
    fn best(shelf: Shelf, name: &str, asked: &HeaderMap) -> Option<Self> {
        let tag = |file: &File, form: &str| format!("\"{}{form}\"", hex::encode(&file.hash[..12]));
        if let Some(file) = shelf(name) {
            return Some(Self { encoding: None, tag: tag(&file, ""), bytes: file.bytes });
        }
        let packed = shelf(&format!("{name}.gz"))?;
        if takes_gzip(asked) {
            return Some(Self { encoding: Some("gzip"), tag: tag(&packed, ""), bytes: packed.bytes });
        }
        let mut bytes = Vec::new();
        flate2::read::GzDecoder::new(&*packed.bytes).read_to_end(&mut bytes).ok()?;
        Some(Self { encoding: None, tag: tag(&packed, "-unpacked"), bytes: bytes.into() })
    }
}

/// Whether `Accept-Encoding` names gzip, or any encoding, without refusing it.
fn takes_gzip(asked: &HeaderMap) -> bool {
    let values = asked.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let wish = |wish: &'_ str| {
        let (name, quality) = wish.split_once(';').unwrap_or((wish, ""));
        let is_refused = quality.trim().strip_prefix("q=").is_some_and(|q| q.trim_matches(['0', '.']).is_empty());
        (name.trim().to_ascii_lowercase(), !is_refused)
    };
    let wishes: BTreeMap<String, bool> = values.flat_map(|value| value.split(',')).map(wish).collect();
    wishes.get("gzip").or_else(|| wishes.get("*")).copied().unwrap_or(false)
}

/// Whether who asks has what is tagged so already.
pub fn is_known(tag: &str, asked: &HeaderMap) -> bool {
    let known = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut known = known.flat_map(|tags| tags.split(',')).map(|known| known.trim().trim_start_matches("W/"));
    known.any(|known| known == tag || known == "*")
}

/// What a name's ending means; another is not served.
fn kind_of(name: &str) -> Option<&'static str> {
    Some(match name.rsplit_once('.')?.1 {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        "woff2" => "font/woff2",
        "png" => "image/png",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        "wav" => "audio/wav",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const TEXT: &str = "<!doctype html><title>Caja</title>";

    fn shelf(name: &str) -> Option<File> {
        let bytes: Vec<u8> = match name {
            "pos.html.gz" => {
                let mut packing = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
                packing.write_all(TEXT.as_bytes()).unwrap();
                packing.finish().unwrap()
            }
            "assets/inter-4f2a.woff2" => b"a font".to_vec(),
            _ => return None,
        };
        Some(File { hash: *blake3::hash(&bytes).as_bytes(), bytes: bytes.into() })
    }

    fn asked(name: &str, header: HeaderName, value: &str) -> Option<Response> {
        answer(shelf, name, ASK_EACH_TIME, &HeaderMap::from_iter([(header, value.parse().unwrap())]))
    }

    fn said<'r>(response: &'r Response, name: &HeaderName) -> Option<&'r str> {
        response.headers().get(name).map(|value| value.to_str().unwrap())
    }

    async fn bytes(response: Response) -> Vec<u8> {
        axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()
    }

    #[test]
    fn the_packed_form_is_sent_to_whoever_takes_it() {
        for (accepted, sent) in [
            ("gzip, deflate, br, zstd", Some("gzip")),
            ("br;q=0, gzip;q=0.5", Some("gzip")),
            ("*", Some("gzip")),
            ("gzip;q=0.0, *", None),
            ("br", None),
            ("identity", None),
            ("*;q=0", None),
            ("", None),
        ] {
            let response = asked("pos.html", header::ACCEPT_ENCODING, accepted).unwrap();
            assert_eq!(said(&response, &header::CONTENT_ENCODING), sent, "{accepted}");
            assert_eq!(said(&response, &header::VARY), Some("accept-encoding"));
            assert_eq!(said(&response, &header::CONTENT_TYPE), Some("text/html; charset=utf-8"));
        }
    }

    #[tokio::test]
    async fn who_takes_no_compressed_form_gets_the_text_itself() {
        let response = asked("pos.html", header::ACCEPT_ENCODING, "identity").unwrap();
        assert_eq!(bytes(response).await, TEXT.as_bytes());
        let font = asked("assets/inter-4f2a.woff2", header::ACCEPT_ENCODING, "gzip, br").unwrap();
        assert_eq!(said(&font, &header::CONTENT_ENCODING), None);
        assert_eq!(bytes(font).await, b"a font");
    }

    #[tokio::test]
    async fn what_is_known_already_is_not_sent_again_and_each_form_has_its_own_tag() {
        let tag_of = |accepted| {
            let response = asked("pos.html", header::ACCEPT_ENCODING, accepted).unwrap();
            said(&response, &header::ETAG).unwrap().to_owned()
        };
        let tags = ["gzip", "identity"].map(tag_of);
        assert_ne!(tags[0], tags[1]);
        for known in [&tags[1], &format!("\"other\", W/{}", tags[1]), "*"] {
            let again = asked("pos.html", header::IF_NONE_MATCH, known).unwrap();
            assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{known}");
            assert!(bytes(again).await.is_empty());
        }
        assert_eq!(asked("pos.html", header::IF_NONE_MATCH, "\"other\"").unwrap().status(), StatusCode::OK);
    }

    #[test]
    fn what_is_no_file_of_the_screens_is_not_served() {
        for name in ["", "pos", "pos.html.gz", "kitchen.html", "../pos.html", "assets/inter-4f2a.map"] {
            assert!(asked(name, header::ACCEPT_ENCODING, "gzip").is_none(), "{name}");
        }
    }
}
