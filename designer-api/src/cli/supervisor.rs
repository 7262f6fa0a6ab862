//! What systemd is told when it started the server: ready, alive, stopping. Says nothing to anybody else.

use runtime::Engine;
use sd_notify::NotifyState;
use std::time::Duration;

pub(super) fn ready() {
    notify(NotifyState::Ready);
}

pub(super) fn stopping() {
    notify(NotifyState::Stopping);
}

/// Says that the server is alive, as often as systemd wants to hear it, for as long as the store answers. One that hangs
/// is then started anew; one whose disk is full still reads, and is left alone.
pub(super) fn stay_alive(engine: Engine) {
    let Some(patience) = sd_notify::watchdog_enabled() else {
        return;
    };
    let interval = (patience / 2).max(Duration::from_millis(100));
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(interval).await;
            match engine.health().await {
                Ok(()) => notify(NotifyState::Watchdog),
                Err(error) => tracing::warn!(%error, "systemd is not told that the server is alive"),
            }
        }
    });
}

/// Whether what is printed goes into systemd's journal, where more people may read it, and for long
/// (systemd.exec(5), `$JOURNAL_STREAM`: the device and inode of the stream).
pub(super) fn keeps_output() -> bool {
    let stream = std::env::var("JOURNAL_STREAM").unwrap_or_default();
    rustix::fs::fstat(std::io::stdout()).is_ok_and(|about| stream == format!("{}:{}", about.st_dev, about.st_ino))
}

fn notify(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::debug!(%error, "systemd was not told");
    }
}
