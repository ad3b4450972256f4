//! Server-sent events (HTML, section 9.2), as far as Polity writes them.

use anyhow::{Context, Result, bail};
use reqwest::Response;

/// How much of one event is kept in memory before the server is not believed any more.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// An event.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// What it is.
    pub name: String,
    /// Its lines.
    pub data: String,
}

/// Events as they come.
pub struct Events {
    response: Response,
    read: Vec<u8>,
}

impl Events {
    /// The events of an answer.
    pub fn of(response: Response) -> Self {
        Self { response, read: Vec::new() }
    }

    /// The next one; none at the end.
    pub async fn next(&mut self) -> Result<Option<Event>> {
        let mut looked = 0_usize;
        loop {
            // What ends an event may have come in two pieces.
            let from = looked.saturating_sub(1);
            if let Some(end) = self.read[from..].windows(2).position(|pair| pair == b"\n\n") {
                let rest = self.read.split_off(from + end + 2);
                let whole = std::mem::replace(&mut self.read, rest);
                return event(&whole).map(Some);
            }
            looked = self.read.len();
            if looked > MOST_BYTES {
                bail!("an event is too large");
            }
            match self.response.chunk().await? {
                Some(more) => self.read.extend_from_slice(&more),
                None => return Ok(None),
            }
        }
    }
}

fn event(bytes: &[u8]) -> Result<Event> {
    let text = std::str::from_utf8(bytes).context("events are UTF-8")?;
    let mut event = Event::default();
    for line in text.lines() {
        match line.split_once(": ") {
            Some(("event", name)) => name.clone_into(&mut event.name),
            Some(("data", line)) => {
                if !event.data.is_empty() {
                    event.data.push('\n');
                }
                event.data.push_str(line);
            }
            _ => {}
        }
    }
    Ok(event)
}
