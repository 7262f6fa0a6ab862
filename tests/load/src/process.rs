//! What the kernel knows about a process: /proc.

use std::fs;
use std::path::PathBuf;

/// CPU that a process has used, all its threads together. The kernel counts in ticks of usually 10 ms.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize)]
pub struct Cpu {
    pub user_ms: u64,
    pub system_ms: u64,
}

impl Cpu {
    pub fn total_ms(self) -> u64 {
        self.user_ms + self.system_ms
    }

    pub fn since(self, before: Cpu) -> Cpu {
        Cpu {
            user_ms: self.user_ms.saturating_sub(before.user_ms),
            system_ms: self.system_ms.saturating_sub(before.system_ms),
        }
    }
}

/// `None` when there is no such process.
pub fn cpu(pid: u32) -> Option<Cpu> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    cpu_of_stat(&stat, rustix::param::clock_ticks_per_second())
}

/// proc(5): utime and stime are the 14th and 15th member; the second, the name, may hold spaces and brackets.
fn cpu_of_stat(stat: &str, ticks_per_s: u64) -> Option<Cpu> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut members = after_name.split_ascii_whitespace().skip(11);
    let mut ms = || Some(members.next()?.parse::<u64>().ok()? * 1_000 / ticks_per_s);
    Some(Cpu {
        user_ms: ms()?,
        system_ms: ms()?,
    })
}

/// Largest resident memory since the process began (VmHWM).
pub fn rss_peak_kb(pid: u32) -> Option<u64> {
    member_kb(pid, "VmHWM:")
}

fn member_kb(pid: u32, member: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(member))?;
    line.split_ascii_whitespace().next()?.parse().ok()
}

/// Resident memory now (VmRSS).
pub fn rss_kb(pid: u32) -> Option<u64> {
    member_kb(pid, "VmRSS:")
}

/// Bytes handed to the block layer by the process (`write_bytes`).
pub fn written_bytes(pid: u32) -> Option<u64> {
    let io = fs::read_to_string(format!("/proc/{pid}/io")).ok()?;
    io.lines()
        .find_map(|line| line.strip_prefix("write_bytes:"))?
        .trim()
        .parse()
        .ok()
}

/// Lets this process open as many files as the system gives: each connection is one.
pub fn open_many_files(wanted: u64) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = maximum.unwrap_or(u64::MAX).min(wanted);
    if current.is_some_and(|current| current < wanted) {
        let limit = Rlimit {
            current: Some(wanted),
            maximum,
        };
        // When it fails, connections do, and say so.
        let _ = setrlimit(Resource::Nofile, limit);
    }
}

pub fn executable(pid: u32) -> Option<PathBuf> {
    fs::read_link(format!("/proc/{pid}/exe")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_is_read_past_a_name_with_brackets() {
        let stat = "42 (a (b) c) S 1 42 42 0 -1 4194560 1 0 0 0 250 50 0 0 20 0 8 0 100 1 1";
        let cpu = Cpu {
            user_ms: 2_500,
            system_ms: 500,
        };
        assert_eq!(cpu_of_stat(stat, 100), Some(cpu));
        assert_eq!(cpu_of_stat("42 (a) S", 100), None);
    }

    #[test]
    fn our_own_process_can_be_read() {
        let pid = std::process::id();
        assert!(cpu(pid).is_some());
        assert!(rss_peak_kb(pid).is_some_and(|kb| kb > 100));
        assert!(rss_kb(pid) <= rss_peak_kb(pid));
        assert!(executable(pid).is_some_and(|path| path.is_file()));
    }
}
