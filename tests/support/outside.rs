//! What lies outside the system: a mail server and a program with a webhook, on this machine.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// A mail that was handed over.
#[derive(Clone, Debug)]
pub struct Mail {
    pub from: String,
    pub to: Vec<String>,
    pub data: String,
    /// Whether it came encrypted.
    pub secure: bool,
    /// What the client signed in with, as it was sent.
    pub credentials: Option<String>,
}

impl Mail {
    /// A header as it is written.
    pub fn header(&self, name: &str) -> String {
        let head = self.data.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
        let line = head.lines().find(|line| line.to_lowercase().starts_with(&format!("{}:", name.to_lowercase())));
        line.unwrap_or_else(|| panic!("no {name} in {head}")).split_once(':').unwrap().1.trim().to_owned()
    }

    /// The text, decoded.
    pub fn text(&self) -> String {
        let body = self.data.split_once("\r\n\r\n").unwrap().1;
        match self.header("content-transfer-encoding").as_str() {
            "base64" => {
                let packed: String = body.split_whitespace().collect();
                let bytes = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, packed).unwrap();
                String::from_utf8(bytes).unwrap()
            }
            "7bit" | "8bit" => body.to_owned(),
            other => panic!("{other}: {body}"),
        }
    }
}

/// A mail server.
pub struct MailServer {
    pub port: u16,
    pub mails: Arc<Mutex<Vec<Mail>>>,
    /// So many further recipients are refused for the time being.
    pub refuse: Arc<AtomicUsize>,
    /// The certificate to trust, when it speaks TLS.
    pub certificate: Option<String>,
}

impl MailServer {
    pub async fn plain() -> Self {
        Self::start(None, None).await
    }

    /// One that offers STARTTLS for `localhost`.
    pub async fn starttls() -> Self {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = config.with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key).unwrap();
        Self::start(Some(TlsAcceptor::from(Arc::new(config))), Some(made.cert.pem())).await
    }

    async fn start(tls: Option<TlsAcceptor>, certificate: Option<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (mails, refuse) = (Arc::<Mutex<Vec<Mail>>>::default(), Arc::<AtomicUsize>::default());
        let desk = Desk { mails: Arc::clone(&mails), refuse: Arc::clone(&refuse) };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (desk, tls) = (desk.clone(), tls.clone());
                tokio::spawn(async move {
                    if let Some(stream) = desk.session(stream, tls.is_some(), false).await {
                        // A client that does not trust us leaves.
                        if let Ok(stream) = tls.unwrap().accept(stream).await {
                            desk.session(stream, false, true).await;
                        }
                    }
                });
            }
        });
        Self { port, mails, refuse, certificate }
    }

    pub fn taken(&self) -> Vec<Mail> {
        self.mails.lock().unwrap().clone()
    }
}

#[derive(Clone)]
struct Desk {
    mails: Arc<Mutex<Vec<Mail>>>,
    refuse: Arc<AtomicUsize>,
}

impl Desk {
    /// Takes mails until the client leaves; gives the stream back to go on encrypted.
    async fn session<S: AsyncRead + AsyncWrite + Unpin>(&self, stream: S, offers_tls: bool, secure: bool) -> Option<S> {
        let mut stream = BufReader::new(stream);
        if !secure {
            stream.write_all(b"220 mail.test ESMTP\r\n").await.ok()?;
        }
        let empty = Mail { from: String::new(), to: Vec::new(), data: String::new(), secure, credentials: None };
        let (mut mail, mut line, mut credentials) = (empty.clone(), String::new(), None);
        loop {
            line.clear();
            if stream.read_line(&mut line).await.ok()? == 0 {
                return None;
            }
            let said = line.trim_end().to_owned();
            let answer = match said.split([' ', ':']).next().unwrap().to_uppercase().as_str() {
                "EHLO" if offers_tls => "250-mail.test\r\n250 STARTTLS",
                "EHLO" if secure => "250-mail.test\r\n250 AUTH PLAIN",
                "EHLO" => "250 mail.test",
                "STARTTLS" => {
                    stream.write_all(b"220 go on\r\n").await.ok()?;
                    return Some(stream.into_inner());
                }
                "AUTH" => {
                    credentials = said.split(' ').nth(2).map(str::to_owned);
                    "235 welcome"
                }
                "MAIL" => {
                    mail = Mail { from: said, credentials: credentials.clone(), ..empty.clone() };
                    "250 ok"
                }
                "RCPT" => {
                    let refused = |left: usize| left.checked_sub(1);
                    if self.refuse.fetch_update(Ordering::SeqCst, Ordering::SeqCst, refused).is_ok() {
                        "451 not now, wang.fang@company.example"
                    } else {
                        mail.to.push(said);
                        "250 ok"
                    }
                }
                "DATA" => {
                    stream.write_all(b"354 go on\r\n").await.ok()?;
                    loop {
                        line.clear();
                        stream.read_line(&mut line).await.ok()?;
                        if line == ".\r\n" {
                            break;
                        }
                        mail.data += &line;
                    }
                    self.mails.lock().unwrap().push(mail.clone());
                    "250 taken"
                }
                "QUIT" => "221 bye",
                _ => "250 ok",
            };
            stream.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
        }
    }
}

/// What a webhook does with a message.
#[derive(Clone, Debug)]
pub enum Does {
    Answers(u16),
    /// Sends the caller somewhere else.
    Redirects(String),
    /// Ends the connection without an answer.
    HangsUp,
    /// Says nothing for as long as the test runs.
    Waits,
}

/// A message that came.
#[derive(Clone, Debug)]
pub struct Posted {
    pub headers: HashMap<String, String>,
    pub body: String,
}

/// A program with a webhook. It does what it is told, and then answers 200 to everything.
pub struct Hook {
    pub url: String,
    posted: Arc<Mutex<Vec<Posted>>>,
    pub does: Arc<Mutex<VecDeque<Does>>>,
}

impl Hook {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/redress", listener.local_addr().unwrap());
        let (posted, does) = (Arc::<Mutex<Vec<Posted>>>::default(), Arc::<Mutex<VecDeque<Does>>>::default());
        let (kept, told) = (Arc::clone(&posted), Arc::clone(&does));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (kept, told) = (Arc::clone(&kept), Arc::clone(&told));
                tokio::spawn(async move { take(stream, &kept, &told).await });
            }
        });
        Self { url, posted, does }
    }

    pub fn will(&self, does: impl IntoIterator<Item = Does>) {
        self.does.lock().unwrap().extend(does);
    }

    pub fn taken(&self) -> Vec<Posted> {
        self.posted.lock().unwrap().clone()
    }
}

async fn take(stream: TcpStream, posted: &Mutex<Vec<Posted>>, does: &Mutex<VecDeque<Does>>) -> Option<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let mut headers = HashMap::new();
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.ok()? == 0 {
                return None;
            }
            match line.trim_end().split_once(": ") {
                Some((name, value)) => drop(headers.insert(name.to_lowercase(), value.to_owned())),
                None if line == "\r\n" => break,
                None => {}
            }
        }
        let mut body = vec![0; headers["content-length"].parse().unwrap()];
        stream.read_exact(&mut body).await.ok()?;
        posted.lock().unwrap().push(Posted { headers, body: String::from_utf8(body).unwrap() });
        let next = does.lock().unwrap().pop_front().unwrap_or(Does::Answers(200));
        let (status, more) = match next {
            Does::Answers(status) => (status, String::new()),
            Does::Redirects(to) => (302, format!("location: {to}\r\n")),
            Does::HangsUp => return None,
            Does::Waits => {
                tokio::time::sleep(Duration::from_secs(3600)).await;
                return None;
            }
        };
        let answer = format!("HTTP/1.1 {status} x\r\n{more}content-length: 0\r\n\r\n");
        stream.write_all(answer.as_bytes()).await.ok()?;
    }
}
