//! The two cookies a browser of ours has: which paired screen it is, and who works at it. Both are out of reach of scripts and
//! of other sites.
//!
//! Over HTTPS they have names that browsers keep for what came so (RFC 6265bis, 4.1.3): nothing said over plain HTTP by
//! somebody on the Wi-Fi can take their place. What a screen was given over HTTP still counts when it comes over HTTPS, so that a
//! tablet that was given the authority is the same screen as before; the other way round it does not, and it is paired anew.

use axum::http::{HeaderMap, HeaderValue, header};

/// What a browser keeps for us.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cookie {
    /// The secret of a paired screen.
    Device,
    /// The secret of a session.
    Session,
}

impl Cookie {
    /// What it is called over HTTP.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Device => "comanda_device",
            Self::Session => "comanda_session",
        }
    }

    /// What it is called over HTTPS.
    const fn name_encrypted(self) -> &'static str {
        match self {
            Self::Device => "__Host-comanda_device",
            Self::Session => "__Host-comanda_session",
        }
    }

    /// The secret that came with a request.
    pub fn of(self, headers: &HeaderMap) -> Option<&str> {
        value(headers, self.name_encrypted()).or_else(|| value(headers, self.name()))
    }

    /// Gives a browser a secret to keep for so long, seconds. A secret is of letters, digits and `_`.
    pub fn give(self, headers: &mut HeaderMap, secret: &str, max_age_s: i64, is_encrypted: bool) {
        let set = if is_encrypted {
            let name = self.name_encrypted();
            format!("{name}={secret}; Path=/; Max-Age={max_age_s}; Secure; HttpOnly; SameSite=Strict")
        } else {
            format!("{}={secret}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Strict", self.name())
        };
        let value = HeaderValue::from_str(&set).expect("a secret of letters and digits is a header value");
        headers.append(header::SET_COOKIE, value);
    }

    /// Has a browser forget it.
    pub fn take_back(self, headers: &mut HeaderMap, is_encrypted: bool) {
        self.give(headers, "", 0, false);
        if is_encrypted {
            self.give(headers, "", 0, true);
        }
    }
}

fn value<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(cookies: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static(cookies))])
    }

    #[test]
    fn what_came_over_https_counts_before_what_came_over_http() {
        let both = sent("comanda_device=planted; theme=dark; __Host-comanda_device=ours");
        assert_eq!(Cookie::Device.of(&both), Some("ours"));
        assert_eq!(Cookie::Device.of(&sent("comanda_device=before")), Some("before"));
        assert_eq!(Cookie::Session.of(&both), None);
    }

    #[test]
    fn over_https_a_cookie_is_for_https_alone() {
        let mut headers = HeaderMap::new();
        Cookie::Session.give(&mut headers, "ses_0a", 60, true);
        let set = headers[header::SET_COOKIE].to_str().unwrap();
        assert_eq!(set, "__Host-comanda_session=ses_0a; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Strict");
    }
}
