//! `gemba person` and `gemba setup-link`: who may sign in, while the server does not run.

use language::model::Site;
use runtime::SystemClock;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::exit::data_unusable;
use super::out::{complain, say};
use super::secret::new_password;
use super::{Exit, token};
use crate::data;
use crate::identity::{Change, Error, Identity, Lifetimes, Principal, Right};

/// Makes, lists and changes people while the server is stopped.
///
/// While it runs, administrators do this in the browser, on the page People.
#[derive(clap::Args)]
#[command(after_help = "\
Passwords are typed at the terminal, unseen, or read as one line of standard input.

Examples:
  gemba person list --data data
  gemba person password chen --data data        an administrator who forgot it
  gemba person new chen --name \"Chen Jie\" --right admin --data data")]
pub(super) struct Person {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Makes a person who signs in with a password
    New {
        /// Name or personnel number: letters, digits, '-', '_', '.' and '@'
        id: String,
        /// As others see it
        #[arg(long)]
        name: String,
        /// A role of the site; may be given several times
        #[arg(long = "role", value_name = "ROLE")]
        roles: Vec<String>,
        /// What the person may do besides reading and working: supervise, author, admin; may be given several times
        #[arg(long = "right", value_name = "RIGHT", value_parser = token::right)]
        rights: Vec<Right>,
        #[command(flatten)]
        data: Data,
    },
    /// Lists people: ids, names, rights
    List {
        #[command(flatten)]
        data: Data,
    },
    /// Gives a person another password; they are signed out everywhere, and may sign in again if they were taken out
    Password {
        id: String,
        #[command(flatten)]
        data: Data,
    },
    /// Takes a person out: they cannot sign in any more; the id stays taken, for journals name it
    Remove {
        id: String,
        #[command(flatten)]
        data: Data,
    },
}

/// Makes a link by which one more administrator is made when the server runs again.
///
/// For a server whose administrators have all left or forgotten their passwords. The link is good for once.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  gemba setup-link --data data")]
pub(super) struct SetupLink {
    #[command(flatten)]
    data: Data,
}

#[derive(clap::Args)]
struct Data {
    /// The server's data folder
    #[arg(long = "data", value_name = "DIR")]
    folder: PathBuf,
}

impl Person {
    pub(super) fn run(self) -> Exit {
        let (What::New { data, .. } | What::List { data } | What::Password { data, .. } | What::Remove { data, .. }) =
            &self.what;
        let folder = data.folder.clone();
        // Asked before the data is opened: nobody waits for someone who types.
        let password = match &self.what {
            What::New { id, .. } | What::Password { id, .. } => match new_password(id) {
                Ok(password) => Some(password),
                Err(exit) => return exit,
            },
            What::List { .. } | What::Remove { .. } => None,
        };
        with_identity(&folder, async move |identity| self.what.run(identity, password).await)
    }
}

impl SetupLink {
    pub(super) fn run(self) -> Exit {
        with_identity(&self.data.folder, async |identity| {
            let code = identity.keep_setup_code(&Principal::command_line()).await?;
            say(format_args!(
                "Start the server, and open its address with this behind it; it is good for once:\n\n  /setup#{code}\n"
            ));
            Ok(())
        })
    }
}

impl What {
    async fn run(self, identity: &Identity, password: Option<String>) -> Result<(), Error> {
        let by = Principal::command_line();
        match self {
            What::New {
                id,
                name,
                roles,
                rights,
                ..
            } => {
                let change = Change {
                    name: Some(name),
                    roles: Some(roles),
                    rights: Some(rights.into_iter().map(|right| right.id().to_owned()).collect()),
                    password: Some(password),
                    ..Change::default()
                };
                let person = identity.add_person(&id, change, &by).await?;
                say(format_args!("made '{}'", person.id));
            }
            What::List { .. } => {
                for person in identity.people() {
                    let rights = person.rights.ids().join(" ");
                    let left = if person.active { "" } else { "  (cannot sign in)" };
                    say(format_args!("{}  {}  {rights}{left}", person.id, person.name));
                }
            }
            What::Password { id, .. } => {
                let change = Change {
                    password: Some(password),
                    active: Some(true),
                    ..Change::default()
                };
                let person = identity.change_person(&id, change, &by).await?;
                say(format_args!("'{}' has another password", person.id));
            }
            What::Remove { id, .. } => {
                identity.remove_person(&id, &by).await?;
                say(format_args!("'{id}' cannot sign in any more"));
            }
        }
        Ok(())
    }
}

/// Does something with the people of a data folder. The site is not read: its roles are not checked here.
fn with_identity(folder: &Path, work: impl AsyncFnOnce(&Identity) -> Result<(), Error>) -> Exit {
    super::block_on(async {
        let store = match data::open_existing(folder).await {
            Ok(Some(store)) => store,
            Ok(None) => {
                complain(format_args!("there is no data of a Gemba in '{}'", folder.display()));
                return Exit::CannotRead;
            }
            Err(error) => return data_unusable(folder, &error),
        };
        let clock = Arc::new(SystemClock);
        let opened = Identity::open(store.clone(), clock, Site::default(), Lifetimes::default()).await;
        let done = match opened {
            Ok(identity) => work(&identity).await,
            Err(error) => Err(error),
        };
        store.close().await;
        match done {
            Ok(()) => Exit::Done,
            Err(Error::Store(error)) => data_unusable(folder, &error),
            Err(other) => {
                complain(other);
                Exit::CannotRead
            }
        }
    })
}
