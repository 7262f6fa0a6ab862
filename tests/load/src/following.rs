//! Pages that follow live events: many connections that only listen, and what they were told.
//!
//! They share one thread with everything else here, so each does as little as it can: a plain socket, no HTTP library, and
//! only the lines that matter are looked at.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::client::Target;
use crate::failure::{Failure, quoted};
use crate::limits::{CONNECT_TIMEOUT, HEARD_BY_ALL_TIMEOUT, LISTENER_LINE_BYTES_MAX, LISTENERS_OPENED_AT_ONCE};
use crate::record::Made;

/// Open listeners; they end when this is dropped.
pub struct Following {
    count: usize,
    board: Arc<Board>,
    _listeners: JoinSet<()>,
}

/// What the listeners heard together.
#[derive(Default)]
struct Board {
    heard: Mutex<Heard>,
    changed: watch::Sender<()>,
}

#[derive(Default)]
struct Heard {
    /// By run: how many listeners heard of its start, and when the last of them did.
    starts: HashMap<String, (usize, Instant)>,
    events: u64,
    resets: u64,
    /// Listeners that were told something twice or not at all.
    gaps: u64,
    /// Listeners whose connection has ended.
    lost: u64,
}

/// What became of the changes that were made.
pub struct Outcome {
    /// Of changes that all listeners heard of: when the last of them did.
    pub heard: Vec<(Made, Instant)>,
    /// Changes that not all heard of in time.
    pub unheard: u64,
    pub events: u64,
    pub resets: u64,
    pub gaps: u64,
    pub lost: u64,
}

impl Following {
    /// Returns when all are open and greeted.
    pub async fn open(target: &Arc<Target>, count: usize) -> Result<Following, Failure> {
        let board = Arc::new(Board::default());
        let mut listeners = JoinSet::new();
        let mut opening: JoinSet<Result<Listener, Failure>> = JoinSet::new();
        for _ in 0..count {
            if opening.len() == LISTENERS_OPENED_AT_ONCE
                && let Some(opened) = opening.join_next().await
            {
                listeners.spawn(opened.map_err(lost_task)??.listen());
            }
            opening.spawn(Listener::open(target.clone(), board.clone()));
        }
        while let Some(opened) = opening.join_next().await {
            listeners.spawn(opened.map_err(lost_task)??.listen());
        }
        Ok(Following {
            count,
            board,
            _listeners: listeners,
        })
    }

    /// Waits until all have heard of these changes, or it is clear that they will not.
    pub async fn outcome(&self, made: Vec<Made>) -> Outcome {
        let mut changed = self.board.changed.subscribe();
        let all_heard = async {
            while !self.board.all_heard(&made, self.count) {
                // The board holds the sender.
                let _ = changed.changed().await;
            }
        };
        // What is missing then is counted below.
        let _ = timeout(HEARD_BY_ALL_TIMEOUT, all_heard).await;
        let board = self.board.lock();
        let mut outcome = Outcome {
            heard: Vec::with_capacity(made.len()),
            unheard: 0,
            events: board.events,
            resets: board.resets,
            gaps: board.gaps,
            lost: board.lost,
        };
        for one in made {
            match board.starts.get(&one.run) {
                Some((count, last)) if *count == self.count => outcome.heard.push((one, *last)),
                _ => outcome.unheard += 1,
            }
        }
        outcome
    }
}

fn lost_task(error: tokio::task::JoinError) -> Failure {
    Failure::Wrong(format!("a listener ended without its result: {error}"))
}

impl Board {
    fn lock(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn all_heard(&self, made: &[Made], count: usize) -> bool {
        let heard = self.lock();
        made.iter()
            .all(|one| heard.starts.get(&one.run).is_some_and(|(by, _)| *by == count))
    }
}

/// One connection.
struct Listener {
    stream: TcpStream,
    board: Arc<Board>,
    /// What was read and is not a whole line yet.
    rest: Vec<u8>,
    /// Number of the last event.
    last: Option<u64>,
    /// Why it is not one that listens.
    refused: Option<String>,
}

impl Listener {
    async fn open(target: Arc<Target>, board: Arc<Board>) -> Result<Listener, Failure> {
        let failed = |source| Failure::Connect {
            address: target.authority().to_owned(),
            source,
        };
        let mut listener = Listener {
            stream: timeout(CONNECT_TIMEOUT, TcpStream::connect(target.authority()))
                .await
                .unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()))
                .map_err(failed)?,
            board,
            rest: Vec::new(),
            last: None,
            refused: None,
        };
        let request = target.plain_get("/api/v1/events");
        listener.stream.write_all(request.as_bytes()).await.map_err(failed)?;
        while listener.last.is_none() {
            let is_open = timeout(CONNECT_TIMEOUT, listener.read()).await;
            let is_open = is_open.unwrap_or(Ok(false)).map_err(failed)?;
            if let Some(status) = &listener.refused {
                return Err(Failure::Wrong(format!("a listener was refused: {status}")));
            }
            if !is_open {
                return Err(Failure::Wrong("a listener was not greeted".to_owned()));
            }
        }
        Ok(listener)
    }

    /// Until the connection ends.
    async fn listen(mut self) {
        while self.read().await.unwrap_or(false) {}
        self.board.lock().lost += 1;
        self.board.changed.send_replace(());
    }

    /// Takes what has come; false at the end.
    async fn read(&mut self) -> std::io::Result<bool> {
        let mut buffer = [0; 4_096];
        // Not before there is something to read, so that a waiting listener holds no buffer.
        self.stream.readable().await?;
        let count = match self.stream.read(&mut buffer).await? {
            0 => return Ok(false),
            count => count,
        };
        let now = Instant::now();
        for line in buffer[..count].split_inclusive(|byte| *byte == b'\n') {
            if !line.ends_with(b"\n") {
                self.rest.extend_from_slice(line);
                return Ok(self.rest.len() < LISTENER_LINE_BYTES_MAX);
            }
            if self.rest.is_empty() {
                self.line(line, now);
            } else {
                let mut whole = std::mem::take(&mut self.rest);
                whole.extend_from_slice(line);
                self.line(&whole, now);
            }
        }
        Ok(true)
    }

    /// The server sends whole events in each chunk, so what frames the chunks are lines of their own.
    fn line(&mut self, line: &[u8], now: Instant) {
        if let Some(id) = line.strip_prefix(b"id: ") {
            self.number(id);
        } else if line.starts_with(b"HTTP/1.1 ") && !line.starts_with(b"HTTP/1.1 200 ") {
            self.refused = Some(quoted(line.trim_ascii()));
        } else if line.starts_with(b"event: reset") {
            self.board.lock().resets += 1;
            self.last = None;
        } else if let Some(run) = started(line) {
            let mut heard = self.board.lock();
            let (count, last) = heard.starts.entry(run.to_owned()).or_insert((0, now));
            *count += 1;
            *last = now;
            drop(heard);
            self.board.changed.send_replace(());
        }
    }

    /// Numbers follow each other without a gap: nothing is missed and nothing is told twice. Other clients hold ids for
    /// opaque; this one tests them.
    fn number(&mut self, id: &[u8]) {
        let number = std::str::from_utf8(id).ok().and_then(|id| {
            let (_, number) = id.trim_end().split_once('-')?;
            number.parse::<u64>().ok()
        });
        let mut heard = self.board.lock();
        heard.events += 1;
        if number.is_none() || self.last.is_some_and(|last| number != Some(last + 1)) {
            heard.gaps += 1;
        }
        drop(heard);
        self.last = number;
    }
}

/// The run whose first change this line tells.
fn started(line: &[u8]) -> Option<&str> {
    let data = line.strip_prefix(br#"data: {"kind":"run","run":""#)?;
    let data = std::str::from_utf8(data).ok()?.trim_end();
    data.ends_with(r#""seq":1}"#).then(|| data.split('"').next()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_of_a_run_is_found() {
        let line = |seq: u32| {
            format!("data: {{\"kind\":\"run\",\"run\":\"ab-1\",\"app\":\"x\",\"status\":\"waiting\",\"seq\":{seq}}}\n")
        };
        assert_eq!(started(line(1).as_bytes()), Some("ab-1"));
        assert_eq!(started(line(21).as_bytes()), None);
        assert_eq!(started(b"data: {\"kind\":\"task\",\"run\":\"ab-1\"}\n"), None);
    }
}
