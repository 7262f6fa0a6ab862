//! `gemba backup`

use indicatif::ProgressBar;
use jiff::Timestamp;
use std::fmt::Display;
use std::fs::{self, DirBuilder, File};
use std::io::{self, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use super::check::counted;
use super::exit::data_unusable;
use super::out::{complain, say};
use super::verify::{style, verify};
use super::{Exit, front};
use crate::data;

/// Copies the data folder while the server runs or stands still, and checks the copy.
///
/// Everything acknowledged before the command began is in the copy, as it was at one moment. The copy is checked as
/// 'gemba verify' checks, and gets its name only when it is whole. It holds what people answered and the hashes of their
/// passwords: keep it as safe as the data itself. The folder of apps is yours to keep; it is not in the copy.
#[derive(clap::Args)]
#[command(after_help = "\
Restore, on any computer with this Gemba or a newer one:
  1. stop the server, and move its data folder aside
  2. cp -a BACKUP DATA, and give DATA to the server's user
  3. gemba verify DATA, then start the server

Exit codes: 0 done, 1 the copy has faults (the data has them too), 2 there is no data, or DEST cannot be written,
3 the data cannot be read

Example:
  gemba backup /mnt/backup/gemba-2026-11-22 --data /var/lib/gemba")]
pub(super) struct Backup {
    /// The copy: a folder that does not exist yet
    dest: PathBuf,
    /// The server's data folder
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Also copy the key of the certificate authority that --tls made: a restored server is then trusted by the tablets
    /// that trusted this one, and whoever gets hold of the copy can pose as it
    #[arg(long)]
    with_tls_key: bool,
    /// Also copy the key of the secrets that 'gemba secret' keeps: without it a restored server needs them set again, and
    /// with it whoever gets hold of the copy can read them
    #[arg(long)]
    with_secrets_key: bool,
}

impl Backup {
    pub(super) fn run(self) -> Exit {
        super::block_on(async move {
            let making = match self.place() {
                Ok(making) => making,
                Err(exit) => return exit,
            };
            let ended = self.fill(&making).await;
            if ended.is_err() {
                // What is there is of no use, and takes room.
                let _ = fs::remove_dir_all(&making);
            }
            ended.unwrap_or_else(|exit| exit)
        })
    }

    /// Makes the folder to fill: beside the copy's name, so that a name stands for a whole copy.
    fn place(&self) -> Result<PathBuf, Exit> {
        let dest = self.dest.display();
        if !data::exists(&self.data) {
            complain(format_args!("there is no data of a Gemba in '{}'", self.data.display()));
            return Err(Exit::CannotRead);
        }
        if let Err(error) = data::readable(&self.data) {
            complain(format_args!(
                "the data in '{}' cannot be read: {error}; run this as the server's user, or as root",
                self.data.display()
            ));
            return Err(Exit::DataUnusable);
        }
        if self.dest.exists() {
            complain(format_args!(
                "'{dest}' exists; nothing is overwritten: name a folder that does not exist"
            ));
            return Err(Exit::CannotRead);
        }
        let mut making = self.dest.clone().into_os_string();
        making.push(".unfinished");
        let making = PathBuf::from(making);
        let above = making.parent().filter(|above| !above.as_os_str().is_empty());
        let made = above.map_or(Ok(()), fs::create_dir_all);
        match made.and_then(|()| DirBuilder::new().mode(0o700).create(&making)) {
            Ok(()) => Ok(making),
            Err(error) if making.is_dir() && error.kind() == io::ErrorKind::AlreadyExists => {
                complain(format_args!(
                    "'{}' exists: another backup is under way, or one was interrupted; remove it when none is",
                    making.display()
                ));
                Err(Exit::CannotRead)
            }
            Err(error) => Err(unwritable(&self.dest, &error)),
        }
    }

    /// `Err` when there is no copy.
    async fn fill(&self, making: &Path) -> Result<Exit, Exit> {
        let began = Timestamp::now();
        let bar = ProgressBar::new(0).with_style(style()).with_message("files");
        let show = |done, all| {
            bar.set_length(all);
            bar.set_position(done);
        };
        let copied = store::sqlite::backup(&self.data, making, &show).await;
        bar.finish_and_clear();
        let copied = copied.map_err(|error| match error {
            // The data is only read.
            store::Error::DiskFull => unwritable(&self.dest, &"the disk is full"),
            store::Error::ReadOnly(why) => unwritable(&self.dest, &why),
            error => data_unusable(&self.data, &error),
        })?;
        let copy = data::open(making)
            .await
            .map_err(|error| data_unusable(making, &error))?;
        let verified = verify(&copy).await;
        copy.close().await;
        let verified = verified.map_err(|error| {
            complain(error);
            Exit::DataUnusable
        })?;
        let tls = front::AUTHORITY_FOLDER;
        let has_tls = self.data.join(tls).is_dir();
        let secrets = self.data.join(connect::KEY_FILE);
        let finish = || -> io::Result<()> {
            if self.with_secrets_key && secrets.is_file() {
                copy_file(&secrets, &making.join(connect::KEY_FILE))?;
            }
            if self.with_tls_key && has_tls {
                copy_folder(&self.data.join(tls), &making.join(tls))?;
            }
            fs::remove_file(making.join("lock"))?;
            let mut about = File::create(making.join("backup.txt"))?;
            about.write_all(self.about(began).as_bytes())?;
            about.sync_all()?;
            File::open(making)?.sync_all()?;
            fs::rename(making, &self.dest)?;
            let above = self.dest.parent().filter(|above| !above.as_os_str().is_empty());
            File::open(above.unwrap_or_else(|| Path::new(".")))?.sync_all()
        };
        finish().map_err(|error| unwritable(&self.dest, &error))?;
        say(format_args!(
            "copied to '{}': {} MB, {}",
            self.dest.display(),
            copied.size_bytes.div_ceil(1_000_000),
            counted(usize::try_from(copied.blobs).unwrap_or(usize::MAX), "file")
        ));
        if has_tls && !self.with_tls_key {
            say(format_args!(
                "left out: the key of the tablets' certificate authority ('{tls}/'). A server restored from this copy makes \
                 a new one, and tablets enrol again; --with-tls-key takes it along"
            ));
        }
        if secrets.is_file() && !self.with_secrets_key {
            say(format_args!(
                "left out: the key of the secrets ('{}'). A server restored from this copy needs them set again ('gemba \
                 secret set'); --with-secrets-key takes it along",
                connect::KEY_FILE
            ));
        }
        if verified == Exit::ProblemsFound {
            complain(format_args!(
                "the copy is as the data is, and the data has these faults: keep older backups"
            ));
        }
        Ok(verified)
    }

    /// For whoever finds the folder years later.
    fn about(&self, began: Timestamp) -> String {
        format!(
            "Gemba {version}: the data of '{data}' as it was at {began:.0}.\n\
             Restore: stop the server, move its data folder aside, copy this folder to its place (cp -a), give it to the\n\
             server's user, run 'gemba verify' on it, start the server. Never run a server on the backup itself.\n\n\
             Gemba {version}：“{data}”在 {began:.0} 的数据备份。\n\
             恢复：停止服务器，移开原数据目录，将本目录复制到原位置（cp -a），所有者改为服务器用户，对其运行 gemba verify，\n\
             再启动服务器。切勿直接在备份上运行服务器。\n",
            version = env!("CARGO_PKG_VERSION"),
            data = self.data.display(),
        )
    }
}

/// Private files stay private: modes are copied.
fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    fs::set_permissions(to, fs::metadata(from)?.permissions())?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy_file(&entry.path(), &to.join(entry.file_name()))?;
    }
    File::open(to)?.sync_all()
}

fn copy_file(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to)?;
    File::open(to)?.sync_all()
}

fn unwritable(path: &Path, why: &dyn Display) -> Exit {
    complain(format_args!("'{}' cannot be written: {why}", path.display()));
    Exit::CannotRead
}
