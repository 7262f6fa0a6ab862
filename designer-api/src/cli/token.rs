//! `gemba token`: API tokens while the server does not run.

use runtime::SystemClock;
use std::path::PathBuf;

use super::Exit;
use super::exit::data_unusable;
use super::out::{complain, say};
use crate::data;
use crate::http::Rfc3339;
use crate::identity::{Principal, Right, Rights};
use crate::tokens::{Error, Secret, Tokens};

/// Makes, lists and removes API tokens while the server is stopped.
///
/// While it runs, GET, POST and DELETE /api/v1/tokens do the same.
#[derive(clap::Args)]
pub(super) struct Token {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Makes a token and prints it: the only time that it is shown
    #[command(
        after_help = "Example:\n  gemba token new mes --data data\n  gemba token new ci --scope author --data data"
    )]
    New {
        /// Who or what will use it: letters, digits, '-', '_' and '.'
        name: String,
        /// What it may do: read, work, supervise, author, admin; may be given several times
        #[arg(long = "scope", value_name = "RIGHT", default_values = ["read", "work"], value_parser = right)]
        scopes: Vec<Right>,
        #[command(flatten)]
        data: Data,
    },
    /// Lists the tokens: names, when they were made, what they may do
    List {
        #[command(flatten)]
        data: Data,
    },
    /// Removes a token: nobody gets in with it any more
    Remove {
        name: String,
        #[command(flatten)]
        data: Data,
    },
}

#[derive(clap::Args)]
struct Data {
    /// The server's data folder
    #[arg(long = "data", value_name = "DIR")]
    folder: PathBuf,
}

impl Token {
    pub(super) fn run(self) -> Exit {
        let folder = match &self.what {
            What::New { data, .. } | What::List { data } | What::Remove { data, .. } => data.folder.clone(),
        };
        super::block_on(async move {
            let store = match data::open_existing(&folder).await {
                Ok(Some(store)) => store,
                Ok(None) => {
                    complain(format_args!("there is no data of a Gemba in '{}'", folder.display()));
                    return Exit::CannotRead;
                }
                Err(error) => return data_unusable(&folder, &error),
            };
            let exit = match Tokens::open(store.clone()).await {
                Ok(tokens) => self.what.run(&tokens).await,
                Err(error) => Err(Error::Store(error)),
            };
            store.close().await;
            exit.unwrap_or_else(|error| match error {
                Error::Store(error) => data_unusable(&folder, &error),
                other => {
                    complain(other);
                    Exit::CannotRead
                }
            })
        })
    }
}

impl What {
    async fn run(self, tokens: &Tokens) -> Result<Exit, Error> {
        let (at_ms, by) = (runtime::Clock::now(&SystemClock).0, Principal::command_line());
        match self {
            What::New { name, scopes, .. } => {
                let secret = Secret::random()?;
                let scopes: Rights = scopes.into_iter().collect();
                tokens.add(&name, &secret, scopes, (at_ms, &by)).await?;
                say(format_args!("{}", secret.reveal()));
            }
            What::List { .. } => {
                for token in tokens.list() {
                    let (name, made, scopes) = (&token.name, Rfc3339(token.created_at_ms), token.scopes.ids());
                    say(format_args!("{name}  {made}  {}", scopes.join(" ")));
                }
            }
            What::Remove { name, .. } => {
                tokens.remove(&name, (at_ms, &by)).await?;
                say(format_args!("removed '{name}'"));
            }
        }
        Ok(Exit::Done)
    }
}

/// One of the words for rights.
pub(super) fn right(text: &str) -> Result<Right, String> {
    let all = Right::ALL.map(Right::id);
    Right::of(text).ok_or_else(|| format!("it must be one of {}", all.join(", ")))
}
