//! Plain HTTP where HTTPS is spoken: somebody typed the address without «https://», which browsers then take for HTTP. They
//! are sent to the same place the right way, and a program reads why.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::http::access::Hosts;

/// No browser's head of a request is longer.
const HEAD_LIMIT: usize = 16 * 1024;

/// Answers one request.
///
/// # Errors
/// When the connection breaks.
pub async fn answer<S>(mut stream: S, hosts: &Hosts) -> io::Result<()>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let mut head = Vec::with_capacity(1024);
    while !is_whole(&head) && head.len() < HEAD_LIMIT {
        if stream.read_buf(&mut head).await? == 0 {
            break;
        }
    }
    stream.write_all(said(&head, hosts).as_bytes()).await?;
    stream.shutdown().await
}

fn is_whole(head: &[u8]) -> bool {
    head.windows(4).any(|end| end == b"\r\n\r\n")
}

/// Where the same is found over HTTPS, when the request can be read and is for a host of ours.
fn place(head: &[u8], hosts: &Hosts) -> Option<String> {
    let head = std::str::from_utf8(head).ok()?;
    let mut lines = head.split("\r\n");
    let path = lines.next()?.split(' ').nth(1).filter(|path| path.starts_with('/'))?;
    let host = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("host").then(|| value.trim())
    })?;
    hosts.knows(host).then(|| format!("https://{host}{path}"))
}

fn said(head: &[u8], hosts: &Hosts) -> String {
    const WHY: &str = "Esta dirección habla HTTPS: escriba https:// delante. This address speaks HTTPS.\n";
    let (status, location) = match place(head, hosts) {
        Some(place) => ("308 Permanent Redirect", format!("location: {place}\r\n")),
        None => ("400 Bad Request", String::new()),
    };
    let length = WHY.len();
    format!(
        "HTTP/1.1 {status}\r\n{location}content-type: text/plain; charset=utf-8\r\ncontent-length: {length}\r\n\
         cache-control: no-store\r\nconnection: close\r\n\r\n{WHY}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_found_the_right_way_and_nobody_is_sent_to_another_host() {
        let hosts = Hosts::default();
        let asked = |host: &str| format!("GET /pos?x=1 HTTP/1.1\r\nHost: {host}\r\n\r\n");
        let answer = said(asked("192.168.1.20:8443").as_bytes(), &hosts);
        assert!(
            answer.starts_with("HTTP/1.1 308 ")
                && answer.contains("\r\nlocation: https://192.168.1.20:8443/pos?x=1\r\n")
        );
        for head in
            [asked("evil.example").as_bytes(), b"\xff\xfe", b"", b"GET evil HTTP/1.1\r\nHost: localhost\r\n\r\n"]
        {
            let answer = said(head, &hosts);
            assert!(answer.starts_with("HTTP/1.1 400 ") && !answer.contains("location"), "{answer}");
        }
    }
}
