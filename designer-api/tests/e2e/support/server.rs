//! A real server process in a folder of its own.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use tempfile::TempDir;

use super::Client;

/// In the form of a token.
const TOKEN: &str = "gemba_00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// The command under test.
pub(crate) fn gemba() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gemba"));
    command
        .env_remove("GEMBA_TOKEN_FILE")
        .env_remove("GEMBA_LOG")
        // The width of help texts.
        .env_remove("COLUMNS")
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null());
    command
}

/// A folder with apps and data, removed when dropped. On a real disk, not in memory.
pub(crate) struct Place {
    folder: TempDir,
}

impl Place {
    pub(crate) fn new(apps: &[(&str, &str)]) -> Place {
        let folder = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let place = Place { folder };
        fs::create_dir(place.apps()).unwrap();
        for (name, text) in apps {
            fs::write(place.apps().join(name), text).unwrap();
        }
        fs::write(place.token_file(), TOKEN).unwrap();
        place
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
    pub(crate) fn apps(&self) -> PathBuf {
        self.path().join("apps")
    }
    pub(crate) fn data(&self) -> PathBuf {
        self.path().join("data")
    }
    pub(crate) fn token(&self) -> &'static str {
        TOKEN
    }
    fn token_file(&self) -> PathBuf {
        self.path().join("token")
    }
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.path().join("log")).unwrap_or_default()
    }

    /// `gemba serve` on a free port, with its log beside the data.
    pub(crate) fn serve(&self) -> Command {
        let mut command = gemba();
        self.serve_by(&mut command);
        command
    }

    /// Adds what `gemba serve` is told, for a command that starts gemba some other way.
    pub(crate) fn serve_by(&self, command: &mut Command) {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.path().join("log"))
            .unwrap();
        command.arg("serve").arg(self.apps()).arg("--data").arg(self.data());
        command
            .args(["--listen", "127.0.0.1:0", "--token-file"])
            .arg(self.token_file());
        command
            .env_remove("GEMBA_TOKEN_FILE")
            .env_remove("GEMBA_LOG")
            .env("LC_ALL", "C.UTF-8");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
    }

    /// Starts, and waits until requests are taken.
    pub(crate) fn start(&self) -> Server {
        Server::from(self.serve(), TOKEN).unwrap_or_else(|status| panic!("ended with {status}:\n{}", self.log()))
    }

    /// `gemba verify` finds nothing wrong.
    pub(crate) fn assert_sound(&self) {
        let output = gemba().arg("verify").arg(self.data()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(
            output.status.code(),
            Some(0),
            "{said}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(said.contains("nothing is wrong"), "{said}");
    }
}

/// A server process; killed when dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    /// What it said on standard output until it took requests.
    pub(crate) said: String,
    token: String,
}

impl Server {
    /// Runs the command and waits until it says where it listens; its end when it ends before.
    pub(crate) fn from(mut command: Command, token: &str) -> Result<Server, ExitStatus> {
        let child = command.spawn().unwrap();
        let nowhere = SocketAddr::from(([0, 0, 0, 0], 0));
        let mut server = Server {
            child,
            address: nowhere,
            said: String::new(),
            token: token.to_owned(),
        };
        let mut lines = BufReader::new(server.child.stdout.take().unwrap());
        loop {
            let mut line = String::new();
            if lines.read_line(&mut line).unwrap() == 0 {
                return Err(server.child.wait().unwrap());
            }
            server.said.push_str(&line);
            let listening = line.trim().strip_prefix("listening on http");
            if let Some((_, address)) = listening.and_then(|rest| rest.split_once("://")) {
                server.address = address.split(' ').next().unwrap().parse().unwrap();
                // Keeps the pipe open, so that the server can say goodbye.
                std::thread::spawn(move || lines.read_to_end(&mut Vec::new()));
                return Ok(server);
            }
        }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(self.address, Some(&self.token))
    }

    /// SIGKILL: the process has no say in it.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, and waits for the end.
    pub(crate) fn stop(mut self) -> ExitStatus {
        let status = Command::new("kill")
            .arg("-TERM")
            .arg(self.child.id().to_string())
            .status()
            .unwrap();
        assert!(status.success());
        self.child.wait().unwrap()
    }

    /// Answers after whatever was done to it.
    pub(crate) fn assert_alive(&self) {
        let answer = self.client().without_token().get("/health");
        assert_eq!((answer.status, &answer.json["status"]), (200, &serde_json::json!("up")));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Fails only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
