//! `gemba serve`

use connect::{Vault, VaultError};
use language::model::Site;
use runtime::{Caller, Engine, Options, SystemClock};
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::AnyStore;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::demo::{Demo, DemoArgs};
use super::exit::data_unusable;
use super::files::{self, Content, File};
use super::front::{FrontArgs, keep_fresh, say_front};
use super::lifetimes::LifetimeArgs;
use super::log::{self, LogFormat};
use super::out::{complain, complain_text, say};
use super::outside::{self, OutsideArgs};
use super::{Exit, Lang, supervisor};
use crate::http::Front;
use crate::http::serve::{Doors, serve};
use crate::identity::{self, Identity, Principal, Rights};
use crate::server::Server;
use crate::tokens::{Secret, Tokens};
use crate::{api, data, local};

/// Name of the token that a first start makes.
const FIRST_TOKEN: &str = "first";
/// Name of the token that a file brings.
const FILE_TOKEN: &str = "token-file";

/// Runs apps: keeps every run in the data folder, and answers at an address.
///
/// Publishes the *.yaml of APPS at the start; its site.yaml is the site. An app that has errors is left out, and the
/// version published before goes on; a site that has errors stops the start. SIGTERM and Ctrl-C stop the server when the
/// requests under way are answered. GEMBA_LOG chooses what is logged: info, warn, debug, info,gemba::access=off, …
#[derive(clap::Args)]
#[command(after_help = "\
Exit codes:
  0  stopped as told
  1  the site has errors
  2  a file cannot be read
  3  the data folder cannot be used
  4  the address cannot be listened at

Examples:
  gemba serve apps --data data
  gemba serve apps --data /var/lib/gemba --listen 0.0.0.0:7878 --tls --log-format json
  gemba serve apps --data /var/lib/gemba --token-file /run/secrets/gemba-token")]
pub(super) struct Serve {
    /// Folder of apps
    apps: Option<PathBuf>,
    /// Where runs are kept; made when missing
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: PathBuf,
    /// Address and port; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:7878", value_parser = address)]
    listen: SocketAddr,
    /// File with an API token to accept: 'gemba_' and 64 hexadecimal digits. Without it, a first start makes a token and
    /// prints it
    /// Starts with a brake on the whole site: what is sent is accepted, and no run goes on until the brake is let go
    #[arg(long)]
    paused: bool,
    #[arg(long, value_name = "FILE", env = "GEMBA_TOKEN_FILE")]
    token_file: Option<PathBuf>,
    #[command(flatten)]
    front: FrontArgs,
    #[command(flatten)]
    lifetimes: LifetimeArgs,
    #[command(flatten)]
    outside: OutsideArgs,
    #[command(flatten)]
    demo: DemoArgs,
    /// Form of the log on standard error
    #[arg(long, value_enum, default_value = "text")]
    log_format: LogFormat,
}

impl Serve {
    pub(super) fn run(self) -> Exit {
        log::begin(self.log_format);
        crate::memory::take_small_pages();
        super::block_on(async { self.serve().await.unwrap_or_else(|exit| exit) })
    }

    /// `Err` is an end before anything was served.
    async fn serve(self) -> Result<Exit, Exit> {
        self.demo.check(self.listen, self.front.is_behind_proxy())?;
        self.front.check(self.listen)?;
        let reach = self.outside.read()?;
        let files = self.read_apps()?;
        let site = site_of(&files, self.apps.as_deref())?;
        let file_token = self.read_token()?;
        let stop = stop_signal()?;
        // Before the data is touched: a server that nobody can reach should change nothing.
        let listener = self.bind().await?;
        let store = data::open(&self.data)
            .await
            .map_err(|error| data_unusable(&self.data, &error))?;
        let address = listener.local_addr().unwrap_or(self.listen);
        let opened = match self.front.open(address, &self.data) {
            Ok(front) => self
                .open(&store, site, &reach, file_token)
                .await
                .map(|opened| (front, opened)),
            Err(exit) => Err(exit),
        };
        let (front, opened) = match opened {
            Ok(opened) => opened,
            Err(exit) => {
                store.close().await;
                return Err(exit);
            }
        };
        say(format_args!(
            "Gemba {}, data in {}",
            env!("CARGO_PKG_VERSION"),
            self.data.display()
        ));
        publish(&opened.engine, &files).await;
        if let Some(secret) = opened.first {
            self.say_token(&secret, &front, address);
        }
        opened.demo.say();
        if let Some(code) = opened.setup {
            say_setup(&code, &front, address);
        }
        let engine = opened.engine;
        let server = Server::new(
            engine.clone(),
            opened.tokens,
            opened.identity,
            Vault::new(store.clone(), &self.data),
            front.clone(),
        );
        let door = local::open(&self.data, server.clone());
        let _door = door
            .inspect_err(|error| {
                complain(format_args!(
                    "commands such as 'gemba secret' reach this server only while it is stopped: {error}"
                ));
            })
            .ok();
        if let Some(too_little) = server.room().too_little() {
            say(too_little);
        }
        keep_fresh(&front)?;
        say_front(&front, address);
        supervisor::ready();
        supervisor::stay_alive(engine.clone());
        let (room, events) = (server.room(), server.events().clone());
        let stop = async {
            stop.await;
            supervisor::stopping();
            events.end();
        };
        serve(listener, doors(server), room, stop).await;
        say(format_args!("stopping: no more requests are taken"));
        engine.shutdown().await;
        say(format_args!("stopped; everything acknowledged is on disk"));
        Ok(Exit::Done)
    }

    fn read_apps(&self) -> Result<Vec<File>, Exit> {
        let Some(folder) = &self.apps else {
            return Ok(Vec::new());
        };
        if folder.is_file() {
            complain(format_args!(
                "'{}' is a file; give the folder it is in",
                folder.display()
            ));
            return Err(Exit::CannotRead);
        }
        match files::read(std::slice::from_ref(folder)) {
            Ok(files) => Ok(files),
            Err(files::Error::NoFiles { .. }) => Ok(Vec::new()),
            Err(error) => {
                complain(error);
                Err(Exit::CannotRead)
            }
        }
    }

    fn read_token(&self) -> Result<Option<Secret>, Exit> {
        let Some(path) = &self.token_file else { return Ok(None) };
        let text = files::read_text(path).map_err(|error| {
            complain(error);
            Exit::CannotRead
        })?;
        // What is in the file is never said: it may be nearly right.
        Secret::read(text.trim()).map(Some).ok_or_else(|| {
            let path = path.display();
            complain(format_args!(
                "the token in '{path}' is none: it must be 'gemba_' and 64 hexadecimal digits"
            ));
            Exit::CannotRead
        })
    }

    async fn bind(&self) -> Result<TcpListener, Exit> {
        TcpListener::bind(self.listen).await.map_err(|error| {
            let address = self.listen;
            if error.kind() == std::io::ErrorKind::AddrInUse {
                complain(format_args!(
                    "port {} is in use by another program; stop that one, or choose another address with --listen",
                    address.port()
                ));
            } else {
                complain(format_args!(
                    "cannot listen at {address}: {error}; choose another address with --listen"
                ));
            }
            Exit::AddressUnusable
        })
    }

    async fn open(
        &self,
        store: &AnyStore,
        site: Site,
        reach: &outside::Reach,
        file_token: Option<Secret>,
    ) -> Result<Opened, Exit> {
        let unusable = |error: store::Error| data_unusable(&self.data, &error);
        let failed = |error: &dyn std::fmt::Display| {
            complain(error);
            Exit::DataUnusable
        };
        let clock = Arc::new(SystemClock);
        let lifetimes = self.lifetimes.lifetimes();
        let identity = Identity::open(store.clone(), Arc::clone(&clock) as _, site.clone(), lifetimes);
        let identity = identity.await.map_err(|error| match error {
            identity::Error::Store(error) => unusable(error),
            other => failed(&other),
        })?;
        let demo = self.demo.apply(&identity, &site, &self.data).await?;
        let tokens = Tokens::open(store.clone()).await.map_err(unusable)?;
        let mut first = None;
        let (now_ms, by) = (runtime::Clock::now(&SystemClock).0, Principal::local("gemba serve"));
        if let Some(secret) = file_token {
            tokens
                .set(FILE_TOKEN, &secret, (now_ms, &by))
                .await
                .map_err(|error| failed(&error))?;
        } else if tokens.is_empty() && supervisor::keeps_output() {
            say("no API token was made, for what is printed here is kept in the journal: 'gemba token new' makes one");
        } else if tokens.is_empty() {
            let secret = Secret::random().map_err(|error| failed(&error))?;
            tokens
                .add(FIRST_TOKEN, &secret, Rights::ALL, (now_ms, &by))
                .await
                .map_err(|error| failed(&error))?;
            first = Some(secret);
        }
        let setup = identity.make_setup_code().map_err(|error| failed(&error))?;
        let connected = outside::connect(&site, reach, store, &self.data).await;
        let connected = connected.map_err(|error| match error {
            VaultError::Store(error) => unusable(error),
            other => failed(&other),
        })?;
        if self.paused {
            let stopped = runtime::brakes::stop_site(store, "started with --paused", now_ms).await;
            stopped.map_err(|error| failed(&error))?;
        }
        let options = Options {
            store: store.clone(),
            site,
            clock,
            channels: connected.channels,
            outside: connected.outside,
            ids: runtime::Ids::default(),
        };
        let engine = Engine::open(options).await.map_err(|error| match error {
            runtime::Error::Store(error) => unusable(error),
            other => failed(&other),
        })?;
        demo.add_gauges(&engine).await.map_err(|error| failed(&error))?;
        Ok(Opened {
            engine,
            tokens,
            identity,
            first,
            setup,
            demo,
        })
    }

    /// Printed to the terminal, not logged: logs are kept and sent around.
    fn say_token(&self, secret: &Secret, front: &Front, address: SocketAddr) {
        let secret = secret.reveal();
        say(format_args!(
            "\nThis is the API token, shown only this once; keep it like a password:\n\n  {secret}\n\nTry it:\n"
        ));
        let host = match address.ip() {
            ip if ip.is_unspecified() => format!("localhost:{}", address.port()),
            _ => address.to_string(),
        };
        let to = match front {
            Front::Tls(tls) if tls.authority().is_some() => {
                format!("--cacert {}/tls/authority.crt https://{host}", self.data.display())
            }
            Front::Tls(_) => format!("https://{host}"),
            Front::Plain | Front::Proxied => format!("http://{host}"),
        };
        say(format_args!(
            "  curl -H \"Authorization: Bearer {secret}\" {to}/api/v1/apps\n"
        ));
    }
}

fn doors(server: Server) -> Doors {
    let secure = api::router(server.clone());
    match server.tls() {
        Some(tls) => Doors::Tls {
            tls: tls.clone(),
            secure,
            plain: api::plain_router(server),
        },
        None => Doors::Open(secure),
    }
}

/// What a start opened.
struct Opened {
    engine: Engine,
    tokens: Tokens,
    identity: Identity,
    /// The first token, when it was made just now.
    first: Option<Secret>,
    demo: Demo,
    /// The code of the one-time link, while there is no administrator.
    setup: Option<String>,
}

/// The site of the apps folder itself. A site that has errors stops the start: roles and stations would be unchecked.
fn site_of(files: &[File], folder: Option<&Path>) -> Result<Site, Exit> {
    let own = files.iter().find(|file| file.is_site() && file.path.parent() == folder);
    let Some(file) = own else { return Ok(Site::default()) };
    match &file.content {
        Content::Site(Some(site)) => Ok(Site::clone(site)),
        _ => {
            let language = Lang::or_of_the_terminal(None);
            complain_text(&file.told(language));
            complain(format_args!(
                "the site '{}' has errors; the server did not start",
                file.path.display()
            ));
            Err(Exit::ProblemsFound)
        }
    }
}

/// `127.0.0.1:7878`, `localhost:7878`, `[::]:7878`
pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    let mut found = text
        .to_socket_addrs()
        .map_err(|_| "it must be an address and a port: 127.0.0.1:7878")?;
    found.next().ok_or_else(|| "this name has no address".to_owned())
}

/// Publishes what can be; says of each what was done.
async fn publish(engine: &Engine, files: &[File]) {
    let twins = files::twins(files);
    let caller = Caller::trusted("gemba serve", None);
    let language = Lang::or_of_the_terminal(None);
    for file in files.iter().filter(|file| !file.is_site()) {
        let path = file.path.display();
        if file.has_errors() {
            complain_text(&file.told(language));
            complain(format_args!(
                "'{path}' has errors and was left out; a version published before goes on"
            ));
        } else if let Some((_, earlier)) = twins.iter().find(|(path, _)| *path == file.path) {
            complain(format_args!(
                "'{path}' has the same id as '{}' and was left out",
                earlier.display()
            ));
        } else {
            match engine.publish(&file.source, &caller).await {
                Ok(published) => {
                    let (app, new) = (published.app, if published.changed { " (new)" } else { "" });
                    say(format_args!(
                        "app {} version {}{new}: {}",
                        app.id, app.version, app.title
                    ));
                    put_pictures(engine, file, &caller).await;
                }
                Err(error) => complain(format_args!("'{path}' was left out: {error}")),
            }
        }
    }
}

/// Keeps what the app's `mark` fields are put on; it lies beside the file.
async fn put_pictures(engine: &Engine, file: &File, caller: &Caller) {
    let Some(app) = file.app() else { return };
    for name in runtime::pictures_of(app) {
        let path = file.path.with_file_name(name);
        let kept = match files::read_bytes(&path, runtime::limits::PICTURE_BYTES_MAX) {
            Ok(bytes) => engine.put_picture(app.id.as_str(), name, &bytes, caller).await,
            Err(error) => {
                complain(format_args!("{error}; nothing can be marked on it"));
                continue;
            }
        };
        if let Err(error) = kept {
            complain(format_args!("'{}' was left out: {error}", path.display()));
        }
    }
}

/// Printed to the terminal, not logged: whoever has it becomes the administrator.
fn say_setup(code: &str, front: &Front, address: SocketAddr) {
    let scheme = match front {
        Front::Tls(_) => "https",
        Front::Plain | Front::Proxied => "http",
    };
    let host = match address.ip() {
        ip if ip.is_unspecified() => format!("localhost:{}", address.port()),
        _ => address.to_string(),
    };
    say(format_args!(
        "\nNobody can sign in yet. Make the first administrator by this link; it is good for once:\n\n  \
         {scheme}://{host}/setup#{code}\n"
    ));
}

/// Ends when the server is told to stop: SIGTERM, or Ctrl-C.
fn stop_signal() -> Result<impl Future<Output = ()>, Exit> {
    let listen = |kind| {
        signal(kind).map_err(|error| {
            complain(format_args!("the system gives no signals: {error}"));
            Exit::CannotRead
        })
    };
    let (mut terminate, mut interrupt) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
