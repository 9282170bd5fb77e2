//! A server on the loopback that answers from a table and remembers what it was asked.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;

/// Status, headers and body.
pub(super) type Answer = (u16, Vec<(&'static str, String)>, Vec<u8>);

pub(super) struct Server {
    pub(super) port: u16,
    /// The request lines and headers of every request.
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// `answers` is told the port, since answers name URLs.
    pub(super) fn start(answers: impl Fn(u16) -> BTreeMap<String, Answer>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
        let port = listener.local_addr().expect("it is bound").port();
        let answers = answers(port);
        let requests = Arc::new(Mutex::new(Vec::new()));
        let remembered = requests.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mut reader = BufReader::new(&stream);
                let mut request = String::new();
                while reader
                    .read_line(&mut request)
                    .is_ok_and(|length| length > 2)
                {}
                let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
                remembered.lock().expect("whole").push(request);
                let missing = (404, Vec::new(), Vec::new());
                let (status, headers, body) = answers.get(&path).unwrap_or(&missing);
                let mut head = format!(
                    "HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {}\r\n",
                    body.len()
                );
                for (name, value) in headers {
                    head.push_str(&[*name, ": ", value, "\r\n"].concat());
                }
                let _ = (&stream).write_all(head.as_bytes());
                let _ = (&stream).write_all(b"\r\n");
                let _ = (&stream).write_all(body);
            }
        });
        Self { port, requests }
    }

    pub(super) fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("whole").clone()
    }
}

/// An archive with one file.
pub(super) fn tar_gz(name: &str, content: &str) -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    let bytes = name.as_bytes();
    header.as_gnu_mut().expect("gnu").name[..bytes.len()].copy_from_slice(bytes);
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    header.set_cksum();
    let mut builder = tar::Builder::new(Vec::new());
    builder
        .append(&header, content.as_bytes())
        .expect("written");
    let tar = builder.into_inner().expect("written");
    let mut encoded = Vec::new();
    let mut gzip = flate2::read::GzEncoder::new(tar.as_slice(), flate2::Compression::fast());
    gzip.read_to_end(&mut encoded).expect("written");
    encoded
}
