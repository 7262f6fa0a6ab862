//! Facts about the machine, without which a figure means little.

use std::fs;
use std::path::Path;

#[derive(Clone, Debug, serde::Serialize)]
pub struct Machine {
    pub cores: usize,
    pub cpu: Option<String>,
    pub kernel: Option<String>,
    /// File system of the data folder; unknown for a server that was not started here.
    pub disk_fs: Option<String>,
    /// Before the load: over 1, 5 and 15 minutes. Well above 0 means that somebody else was at work.
    pub load_average_before: Option<[f64; 3]>,
}

impl Machine {
    pub fn look(data: Option<&Path>) -> Machine {
        Machine {
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            cpu: fs::read_to_string("/proc/cpuinfo").ok().as_deref().and_then(cpu_model),
            kernel: fs::read_to_string("/proc/sys/kernel/osrelease")
                .ok()
                .map(|release| release.trim().to_owned()),
            disk_fs: data.and_then(file_system),
            load_average_before: fs::read_to_string("/proc/loadavg")
                .ok()
                .as_deref()
                .and_then(load_average),
        }
    }
}

/// Type of the file system that a folder is on, as `ext4`, `tmpfs`.
pub fn file_system(folder: &Path) -> Option<String> {
    let folder = folder.canonicalize().ok()?;
    let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
    file_system_of(&folder, &mounts)
}

/// proc(5): the mount point is the 5th member, the type the first one after the lone dash. A later mount hides an earlier
/// one at the same place.
fn file_system_of(folder: &Path, mountinfo: &str) -> Option<String> {
    mountinfo
        .lines()
        .filter_map(|line| {
            let (before, after) = line.split_once(" - ")?;
            let point = before.split(' ').nth(4)?.replace("\\040", " ");
            let kind = after.split(' ').next()?;
            folder.starts_with(&point).then_some((point.len(), kind))
        })
        .max_by_key(|(depth, _)| *depth)
        .map(|(_, kind)| kind.to_owned())
}

fn cpu_model(cpuinfo: &str) -> Option<String> {
    let line = cpuinfo.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn load_average(text: &str) -> Option<[f64; 3]> {
    let mut numbers = text.split(' ').map(|number| number.parse().ok());
    Some([numbers.next()??, numbers.next()??, numbers.next()??])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deepest_and_latest_mount_counts() {
        let mounts = "\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
23 22 0:20 / /tmp rw - tmpfs tmpfs rw
24 22 0:21 / /tmp rw - xfs /dev/vdb rw
25 22 0:22 / /data\\040folder rw - btrfs /dev/vdc rw";
        let of = |path: &str| file_system_of(Path::new(path), mounts);
        assert_eq!(of("/tmp/a").as_deref(), Some("xfs"));
        assert_eq!(of("/tmpx").as_deref(), Some("ext4"));
        assert_eq!(of("/data folder/x").as_deref(), Some("btrfs"));
    }

    #[test]
    fn the_load_average_is_three_numbers() {
        assert_eq!(load_average("0.50 1.25 2.00 1/100 42\n"), Some([0.5, 1.25, 2.0]));
        assert_eq!(load_average("0.50 x"), None);
    }
}
