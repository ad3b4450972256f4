//! A small SMTP server (RFC 5321) for mail that must arrive somewhere and go nowhere.

mod letter;

use std::net::Ipv4Addr;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::timeout;

pub use self::letter::Letter;

/// How long a letter may be on its way.
const PATIENCE: Duration = Duration::from_secs(30);

/// The running server. Dropped, it listens no longer.
pub struct Sink {
    port: u16,
    letters: UnboundedReceiver<String>,
    task: JoinHandle<()>,
}

impl Sink {
    /// Listens on a free port of loopback.
    pub async fn listen() -> Result<Self> {
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("cannot find a free port")?;
        let port = listener.local_addr()?.port();
        let (sender, letters) = unbounded_channel();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let sender = sender.clone();
                // A client that breaks off takes its letter with it.
                tokio::spawn(async move { converse(stream, &sender).await.ok() });
            }
        });
        Ok(Self { port, letters, task })
    }

    /// The settings that make Polity send its mail here.
    pub fn settings(&self) -> [(&'static str, String); 3] {
        [
            ("POLITY_MAIL__SMTP__HOST", "127.0.0.1".to_owned()),
            ("POLITY_MAIL__SMTP__PORT", self.port.to_string()),
            ("POLITY_MAIL__SMTP__ENCRYPTION", "none".to_owned()),
        ]
    }

    /// Waits for the next letter.
    pub async fn next(&mut self) -> Result<Letter> {
        let arrived = timeout(PATIENCE, self.letters.recv()).await;
        let text = arrived.ok().flatten().ok_or_else(|| anyhow!("no mail arrived"))?;
        Letter::parse(&text)
    }

    /// Throws away what has arrived so far, and tells how much it was.
    pub fn discard(&mut self) -> usize {
        let mut count = 0;
        while self.letters.try_recv().is_ok() {
            count += 1;
        }
        count
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// One connection, from the greeting to QUIT.
async fn converse(stream: TcpStream, letters: &UnboundedSender<String>) -> Result<()> {
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    let (mut from, mut recipients) = (false, 0_u32);
    write.write_all(b"220 localhost ESMTP of the xtask\r\n").await?;
    loop {
        let mut line = String::new();
        if read.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let verb = line.split([' ', ':', '\r', '\n']).next().unwrap_or_default().to_ascii_uppercase();
        let reply: &[u8] = match verb.as_str() {
            "EHLO" => b"250-localhost\r\n250-8BITMIME\r\n250 SIZE 10485760\r\n",
            "HELO" | "NOOP" => b"250 localhost\r\n",
            "RSET" => {
                (from, recipients) = (false, 0);
                b"250 forgotten\r\n"
            }
            "MAIL" => {
                (from, recipients) = (true, 0);
                b"250 sender ok\r\n"
            }
            "RCPT" if from => {
                recipients += 1;
                b"250 recipient ok\r\n"
            }
            "DATA" if recipients > 0 => {
                write.write_all(b"354 end with a dot\r\n").await?;
                // Whoever waited for letters may be gone: then nobody misses them.
                letters.send(data(&mut read).await?).ok();
                (from, recipients) = (false, 0);
                b"250 kept\r\n"
            }
            "RCPT" | "DATA" => b"503 not now\r\n",
            "QUIT" => {
                write.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => b"502 unknown\r\n",
        };
        write.write_all(reply).await?;
    }
}

/// The lines up to a lone dot; a dot that was doubled for the way is single again.
async fn data(read: &mut (impl AsyncBufReadExt + Unpin)) -> Result<String> {
    let mut text = String::new();
    loop {
        let mut line = String::new();
        if read.read_line(&mut line).await? == 0 {
            return Err(anyhow!("the letter broke off"));
        }
        if line.trim_end_matches(['\r', '\n']) == "." {
            return Ok(text);
        }
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    /// Says everything at once and gives back all replies.
    async fn say(sink: &Sink, text: &str) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, sink.port)).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut replies = String::new();
        stream.read_to_string(&mut replies).await.unwrap();
        replies
    }

    #[tokio::test]
    async fn a_letter_is_taken_with_its_dots() {
        let mut sink = Sink::listen().await.unwrap();
        let replies = say(
            &sink,
            "EHLO me\r\nMAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nDATA\r\nTo: b@x\r\nSubject: s\r\n\r\n..hidden\r\n.\r\nQUIT\r\n",
        )
        .await;
        assert!(replies.contains("354") && replies.ends_with("250 kept\r\n221 bye\r\n"), "{replies}");
        assert_eq!(sink.next().await.unwrap().text, ".hidden\r\n");
        assert_eq!(sink.discard(), 0);
    }

    #[tokio::test]
    async fn a_letter_to_nobody_is_refused() {
        let sink = Sink::listen().await.unwrap();
        let replies =
            say(&sink, "EHLO me\r\nRCPT TO:<b@x>\r\nMAIL FROM:<a@x>\r\nDATA\r\nBOO\r\nQUIT\r\n").await;
        assert_eq!(replies.matches("503").count(), 2, "{replies}");
        assert_eq!(replies.matches("502").count(), 1, "{replies}");
    }
}
