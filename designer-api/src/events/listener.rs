//! One listener: what it is sent, one piece after the other.

use axum::body::Bytes;
use runtime::{Changes, Commit, News, Position};
use std::time::Duration;
use store::rows::RunId;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

use super::{Pass, Place, Wish};
use crate::limits;
use crate::server::Server;

/// Ends when the server stops, or when its pass is no longer good.
pub(crate) struct Listener {
    server: Server,
    pass: Pass,
    changes: Changes,
    run: Option<RunId>,
    stop: watch::Receiver<bool>,
    /// What it is told before anything else.
    greeting: Option<Bytes>,
    told_at: Instant,
    pass_checked_at: Instant,
    /// It has looked at something since it last waited.
    has_looked: bool,
    _place: Place,
}

/// What there is to do when nothing can be sent at once.
enum Woken {
    News(News),
    /// Nothing was sent for so long that the connection might be taken for dead.
    Silence,
    Stop,
}

impl Listener {
    pub(crate) fn new(server: Server, pass: Pass, wish: &Wish, place: Place) -> Listener {
        let engine = server.engine();
        let changes = match wish.after {
            None => engine.changes(),
            Some(Some(position)) => engine.changes_after(position),
            Some(None) => engine.changes_lost(),
        };
        let greeting = greeting(&changes);
        Listener {
            changes,
            run: wish.run,
            stop: server.events().stop.subscribe(),
            greeting: Some(greeting),
            told_at: Instant::now(),
            pass_checked_at: Instant::now(),
            has_looked: false,
            server,
            pass,
            _place: place,
        }
    }

    /// What is sent next; `None` at the end.
    pub(crate) async fn next(&mut self) -> Option<Bytes> {
        let piece = match self.greeting.take() {
            Some(greeting) => greeting,
            None => self.next_piece().await?,
        };
        self.told_at = Instant::now();
        self.is_still_allowed().then_some(piece)
    }

    /// Looks now and then; it is called at least once in every [`limits::EVENTS_SILENCE_MAX`].
    fn is_still_allowed(&mut self) -> bool {
        if self.pass_checked_at.elapsed() < limits::EVENTS_PASS_CHECKED_EVERY {
            return true;
        }
        self.pass_checked_at = Instant::now();
        self.pass.holds(&self.server)
    }

    async fn next_piece(&mut self) -> Option<Bytes> {
        loop {
            let news = match self.changes.try_next() {
                Some(news) => news,
                None => match self.wait().await {
                    Woken::News(news) => news,
                    Woken::Silence => return Some(self.sign_of_life()),
                    Woken::Stop => return None,
                },
            };
            let piece = match news {
                News::Commit(commit) => self.piece_of(&commit),
                News::Reset => {
                    self.server.events().count_reset();
                    Some(reset(self.changes.position()))
                }
            };
            self.has_looked = true;
            if piece.is_some() {
                return piece;
            }
        }
    }

    /// Between two rounds of news it rests; while it waits, a listener is little more than a place to wake it at.
    async fn wait(&mut self) -> Woken {
        let rest = if std::mem::take(&mut self.has_looked) {
            self.server.events().rest()
        } else {
            Duration::ZERO
        };
        let changes = &mut self.changes;
        let news = async {
            if rest >= limits::EVENTS_REST_MIN {
                sleep(rest).await;
            }
            changes.next().await
        };
        tokio::select! {
            biased;
            _ = self.stop.wait_for(|stop| *stop) => Woken::Stop,
            () = self.pass.ended(&self.server) => Woken::Stop,
            news = news => news.map_or(Woken::Stop, Woken::News),
            () = sleep_until(self.told_at + limits::EVENTS_SILENCE_MAX) => Woken::Silence,
        }
    }

    fn piece_of(&self, commit: &Commit) -> Option<Bytes> {
        let frame = self.server.events().frames.of(commit);
        match self.run {
            None => Some(frame.after(commit.seen())),
            Some(run) => frame.of_run(commit.seen(), run),
        }
    }

    /// A comment. With an id, for who is told only of one run: so it comes back to where it was, not to where that run
    /// last moved, which may be long gone.
    fn sign_of_life(&self) -> Bytes {
        match self.run {
            None => Bytes::from_static(b":\n\n"),
            Some(_) => format!(":\nid: {}\n\n", self.changes.position()).into(),
        }
    }
}

/// Its id is the place from which the listener is told, not the newest: who breaks off in between has lost nothing.
/// Before a reset it has none, for the same reason.
fn greeting(changes: &Changes) -> Bytes {
    let retry_ms = retry_ms();
    let id = match changes.is_lost() {
        true => String::new(),
        false => format!("id: {}\n", changes.position()),
    };
    let newest = changes.newest();
    format!("retry: {retry_ms}\n{id}event: hello\ndata: {{\"newest\":\"{newest}\"}}\n\n").into()
}

fn reset(position: Position) -> Bytes {
    format!("id: {position}\nevent: reset\ndata: {{}}\n\n").into()
}

/// Different for each, so that those who lost the server together do not come back together.
fn retry_ms() -> u32 {
    let (from, to) = limits::EVENTS_RETRY_MS;
    // Without random numbers they do come together, and are served all the same.
    from + getrandom::u32().unwrap_or(0) % (to - from)
}
