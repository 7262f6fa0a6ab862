//! A server of our own: started on a free port with our own token, stopped by its process id.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Instant;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

use crate::client::Target;
use crate::limits::{SERVER_LOG_QUOTED_BYTES_MAX, SERVER_START_PAUSE, SERVER_START_TIMEOUT, SERVER_STOP_TIMEOUT};

const SITE: &str = include_str!("../apps/site.yaml");

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    #[error("there is no gemba to start: looked for {}; build it (cargo build --release -p gemba) or name it with --gemba", .0.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", "))]
    NotFound(Vec<PathBuf>),
    #[error("failed to {doing}: {source}")]
    Io { doing: String, source: io::Error },
    #[error("{} ended with {status} instead of taking requests; its last words:\n{log}", .gemba.display())]
    Ended {
        gemba: PathBuf,
        status: std::process::ExitStatus,
        log: String,
    },
    #[error("{} takes no requests after {seconds} s; its last words:\n{log}", .gemba.display())]
    Silent { gemba: PathBuf, seconds: u64, log: String },
    #[error(transparent)]
    Target(#[from] crate::client::TargetError),
    #[error("gemba did not stop within {0} s of being asked to, and was killed")]
    DidNotStop(u64),
    #[error("gemba ended with {0} when it was asked to stop")]
    BadEnd(std::process::ExitStatus),
}

/// Killed when dropped; [`OwnServer::stop`] asks it kindly first.
pub struct OwnServer {
    child: Child,
    pub pid: u32,
    pub target: Arc<Target>,
    pub gemba: PathBuf,
    pub data: PathBuf,
    /// The site, the token, the log, and the data unless it is to stay. Removed when dropped.
    _folder: TempDir,
}

impl OwnServer {
    /// `data` is kept; without it the data is in a fresh folder. Returns when the server takes requests.
    pub async fn start(gemba: Option<&Path>, data: Option<&Path>) -> Result<OwnServer, ServerError> {
        let gemba = find(gemba)?;
        let folder = fresh_folder(&gemba)?;
        let data = data.map_or_else(|| folder.path().join("data"), Path::to_owned);
        let apps = folder.path().join("apps");
        let token_file = folder.path().join("token");
        let log_file = folder.path().join("log");
        let token = fresh_token();

        fs::create_dir(&apps).map_err(doing("make a folder for apps"))?;
        fs::write(apps.join("site.yaml"), SITE).map_err(doing("write the site"))?;
        fs::write(&token_file, &token).map_err(doing("write the token"))?;
        let log = File::create(&log_file).map_err(doing("make a log file"))?;
        let log_too = log.try_clone().map_err(doing("make a log file"))?;

        let mut child = Command::new(&gemba)
            .arg("serve")
            .arg(&apps)
            .arg("--data")
            .arg(&data)
            .args(["--listen", "127.0.0.1:0"])
            .arg("--token-file")
            .arg(&token_file)
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(log_too)
            .kill_on_drop(true)
            .spawn()
            .map_err(doing(format!("start {}", gemba.display())))?;
        let url = await_address(&mut child, &gemba, &log_file).await?;
        let target = Arc::new(Target::new(&url, &token)?);
        let pid = child.id().expect("a child that was not waited for has an id");
        Ok(OwnServer {
            child,
            pid,
            target,
            gemba,
            data,
            _folder: folder,
        })
    }

    /// Asks it to stop (SIGTERM), and kills it when it does not.
    pub async fn stop(mut self) -> Result<(), ServerError> {
        let pid = i32::try_from(self.pid).ok().and_then(Pid::from_raw);
        if let Some(pid) = pid {
            // Fails only when it has ended already, which the wait below tells.
            let _ = kill_process(pid, Signal::TERM);
        }
        match timeout(SERVER_STOP_TIMEOUT, self.child.wait()).await {
            Ok(Ok(status)) if status.success() => Ok(()),
            Ok(Ok(status)) => Err(ServerError::BadEnd(status)),
            Ok(Err(error)) => Err(doing("wait for gemba to end")(error)),
            Err(_) => {
                self.child.kill().await.map_err(doing("kill gemba"))?;
                Err(ServerError::DidNotStop(SERVER_STOP_TIMEOUT.as_secs()))
            }
        }
    }
}

fn doing(doing: impl Into<String>) -> impl FnOnce(io::Error) -> ServerError {
    let doing = doing.into();
    move |source| ServerError::Io { doing, source }
}

/// Port 0 takes a free one; the server says which, as soon as it takes requests.
async fn await_address(child: &mut Child, gemba: &Path, log: &Path) -> Result<String, ServerError> {
    const SAYS: &str = "listening on ";
    let started = Instant::now();
    loop {
        let said = fs::read_to_string(log).map_err(doing("read the server's log"))?;
        // Whole lines only: the last one may be half written.
        let mut lines = said.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        if let Some(url) = lines.find_map(|line| line.trim_end().strip_prefix(SAYS)) {
            return Ok(url.to_owned());
        }
        if let Some(status) = child.try_wait().map_err(doing("wait for gemba"))? {
            return Err(ServerError::Ended {
                gemba: gemba.to_owned(),
                status,
                log: last_words(log),
            });
        }
        if started.elapsed() > SERVER_START_TIMEOUT {
            return Err(ServerError::Silent {
                gemba: gemba.to_owned(),
                seconds: SERVER_START_TIMEOUT.as_secs(),
                log: last_words(log),
            });
        }
        sleep(SERVER_START_PAUSE).await;
    }
}

/// Named, or the first that exists of those that a build leaves around.
fn find(named: Option<&Path>) -> Result<PathBuf, ServerError> {
    let places = match named {
        Some(path) => vec![path.to_owned()],
        None => {
            let beside = std::env::current_exe().ok().map(|exe| exe.with_file_name("gemba"));
            let built = ["target/release/gemba", "target/debug/gemba"].map(PathBuf::from);
            beside.into_iter().chain(built).collect()
        }
    };
    let found = places.iter().find(|path| path.is_file()).cloned();
    found.ok_or(ServerError::NotFound(places))
}

/// In the target folder that gemba was built in, which is on a real disk; else where we stand. Never the system's
/// temporary folder: that may be memory, where a commit costs nothing.
fn fresh_folder(gemba: &Path) -> Result<TempDir, ServerError> {
    let target = gemba.canonicalize().ok().and_then(|gemba| {
        gemba
            .ancestors()
            .find(|folder| folder.ends_with("target"))
            .map(Path::to_owned)
    });
    let place = match target {
        Some(target) => target,
        None => std::env::current_dir().map_err(doing("find the current folder"))?,
    };
    tempfile::Builder::new()
        .prefix("gemba-load-")
        .tempdir_in(&place)
        .map_err(doing(format!("make a folder in {}", place.display())))
}

/// In the form of a token; good enough for a server that nobody else reaches and that ends with the test.
fn fresh_token() -> String {
    let digits: String = (0..4).map(|_| format!("{:016x}", crate::unique())).collect();
    format!("gemba_{digits}")
}

fn last_words(log: &Path) -> String {
    let read = || -> io::Result<String> {
        let mut file = File::open(log)?;
        let size = file.metadata()?.len();
        file.seek(SeekFrom::Start(size.saturating_sub(SERVER_LOG_QUOTED_BYTES_MAX as u64)))?;
        let mut words = Vec::new();
        file.read_to_end(&mut words)?;
        Ok(String::from_utf8_lossy(&words).into_owned())
    };
    read().unwrap_or_else(|error| format!("(no log: {error})"))
}
