//! Writes as a broken engine would make them.

use crate::control::{Broken, Control};
use store::rows::{AskRow, Write};

/// What of these writes reaches the disk, when something is broken on purpose.
pub(crate) fn writes(control: &Control, writes: Vec<Write>) -> Vec<Write> {
    let Some(broken) = control.broken() else { return writes };
    let mut kept = Vec::with_capacity(writes.len());
    for write in writes {
        let is_met = is_met(broken, &write) && control.is_broken(broken);
        match (is_met, write) {
            (false, write) => kept.push(write),
            (true, write @ (Write::PutNotice(_) | Write::PutRecord(_))) => kept.extend([write.clone(), write]),
            (true, Write::UpdateRun { mut row, expected_seq }) => {
                // What it would have been one event before is not known here; a state of another run does as well.
                let text = String::from_utf8_lossy(&row.state).replacen("\"last_number\":", "\"last_number\":1", 1);
                row.state = text.into_bytes();
                kept.push(Write::UpdateRun { row, expected_seq });
            }
            (true, _) => {}
        }
    }
    kept
}

fn is_met(broken: Broken, write: &Write) -> bool {
    match broken {
        Broken::KeepsTimers => matches!(write, Write::DropTimer { .. }),
        Broken::LosesTimers => matches!(write, Write::PutTimer(_)),
        Broken::KeepsTasks => matches!(write, Write::DropTask { .. }),
        Broken::LosesListeners => matches!(write, Write::PutListener(_)),
        Broken::LosesAsks => matches!(write, Write::PutAsk(row) if !is_printed(row)),
        Broken::ForgetsBeginnings => matches!(write, Write::BeginAsk { .. }),
        Broken::KeepsHolds => matches!(write, Write::DropHold { .. }),
        Broken::TellsTwice => matches!(write, Write::PutNotice(_)),
        Broken::WritesTwice => matches!(write, Write::PutRecord(row) if !row.run.is_nil()),
        Broken::KeepsOutbox => matches!(write, Write::DropOutbox { .. }),
        Broken::WritesOldStates => matches!(write, Write::UpdateRun { .. }),
        Broken::ForgetsKeys | Broken::LosesCommits | Broken::SkipsNumbers => false,
    }
}

fn is_printed(row: &AskRow) -> bool {
    row.lane.starts_with("printer/")
}
