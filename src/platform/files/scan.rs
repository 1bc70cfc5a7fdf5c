//! ClamAV: what comes goes to `clamd` at the same time (INSTREAM), so that nothing is read twice.

use super::config::FilesError;
use bytes::BufMut;
use std::io;
use std::path::PathBuf;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Where clamd listens.
#[derive(Debug)]
pub enum Clamd {
    Tcp(String),
    Unix(PathBuf),
}

/// What the scanner says of a file.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    Clean,
    /// The name of what it found.
    Infected(String),
    TooLarge,
}

const CONNECTING: Duration = Duration::from_secs(5);
const SENDING: Duration = Duration::from_secs(30);
/// After the last byte, clamd still unpacks and compares.
const DECIDING: Duration = Duration::from_secs(120);
const LONGEST_REPLY: u64 = 4096;

trait Socket: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Socket for T {}

impl Clamd {
    pub fn new(address: &str) -> Result<Self, FilesError> {
        if address.starts_with('/') {
            return Ok(Self::Unix(address.into()));
        }
        let port = address.rsplit_once(':').and_then(|(host, port)| (!host.is_empty()).then(|| port.parse::<u16>()));
        match port {
            Some(Ok(_)) => Ok(Self::Tcp(address.to_owned())),
            _ => Err(FilesError::Clamd(address.to_owned())),
        }
    }

    async fn connect(&self) -> io::Result<Box<dyn Socket>> {
        match self {
            Self::Tcp(address) => Ok(Box::new(TcpStream::connect(address).await?)),
            #[cfg(unix)]
            Self::Unix(path) => Ok(Box::new(tokio::net::UnixStream::connect(path).await?)),
            #[cfg(not(unix))]
            Self::Unix(_) => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    /// Begins to scan a file.
    pub async fn start(&self) -> io::Result<Scan> {
        let mut socket = within(CONNECTING, self.connect()).await?;
        within(SENDING, socket.write_all(b"zINSTREAM\0")).await?;
        Ok(Scan { socket, told: None })
    }

    /// Whether it answers.
    pub async fn ping(&self) -> io::Result<()> {
        let mut socket = within(CONNECTING, self.connect()).await?;
        within(SENDING, socket.write_all(b"zPING\0")).await?;
        match reply(&mut *socket, SENDING).await?.as_str() {
            "PONG" => Ok(()),
            _ => Err(io::ErrorKind::InvalidData.into()),
        }
    }
}

/// A file that is being scanned.
pub struct Scan {
    socket: Box<dyn Socket>,
    /// What the scanner said before the end: it stops listening when a file is larger than it takes.
    told: Option<String>,
}

impl Scan {
    pub async fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.told.is_some() || bytes.is_empty() {
            return Ok(());
        }
        let length = u32::try_from(bytes.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
        let mut framed = Vec::with_capacity(bytes.len() + 4);
        framed.put_u32(length);
        framed.extend_from_slice(bytes);
        if let Err(error) = within(SENDING, self.socket.write_all(&framed)).await {
            self.told = Some(reply(&mut *self.socket, SENDING).await.map_err(|_| error)?);
        }
        Ok(())
    }

    pub async fn verdict(mut self) -> io::Result<Verdict> {
        let told = match self.told.take() {
            Some(told) => told,
            None => {
                // The scanner may have said its word and gone; then this cannot be sent, but its word can be read.
                let ended = within(SENDING, self.socket.write_all(&[0; 4])).await;
                match reply(&mut *self.socket, DECIDING).await {
                    Ok(told) => told,
                    Err(error) => return Err(ended.err().unwrap_or(error)),
                }
            }
        };
        if told.ends_with(": OK") {
            return Ok(Verdict::Clean);
        }
        if told.contains("size limit exceeded") {
            return Ok(Verdict::TooLarge);
        }
        match told.strip_suffix(" FOUND") {
            Some(found) => Ok(Verdict::Infected(found.rsplit(": ").next().unwrap_or_default().to_owned())),
            None => Err(io::ErrorKind::InvalidData.into()),
        }
    }
}

async fn reply(socket: &mut dyn Socket, patience: Duration) -> io::Result<String> {
    let mut told = Vec::new();
    within(patience, socket.take(LONGEST_REPLY).read_to_end(&mut told)).await?;
    let told = String::from_utf8_lossy(&told).trim_end_matches(['\0', '\n']).to_owned();
    if told.is_empty() { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(told) }
}

async fn within<T>(patience: Duration, work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    timeout(patience, work).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
}
