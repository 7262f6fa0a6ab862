//! The command line. One file per command.

mod backup;
mod check;
mod demo;
mod exit;
mod explain;
mod files;
mod fmt;
mod front;
mod health;
mod import;
mod lifetimes;
mod log;
mod lsp;
mod new;
mod out;
mod outside;
mod person;
pub(crate) mod record;
mod replay;
mod schema;
mod secret;
mod secrets;
mod serve;
mod supervisor;
mod test;
mod token;
mod verify;

use clap::{Parser, Subcommand, ValueEnum};
use language::diagnostic::Language;
use std::process::ExitCode;

pub use exit::Exit;

const AFTER_HELP: &str = "\
Exit codes:
  0  done, nothing is wrong
  1  problems were found: in an app, its tests, the site or the data
  2  wrong arguments, or a file that cannot be read or written
  3  the data folder cannot be used: in use, read-only, full, newer or damaged
  4  the address cannot be listened at

Examples:
  gemba new app --from first-piece         write an app to start from; gemba new --list shows all
  gemba check apps                         say everything that is wrong with the apps of a folder
  gemba test apps                          play their tests through, in virtual time
  gemba serve apps --data data             run them";

/// Runs shop-floor apps: forms and flows written in YAML, every run kept durable.
#[derive(Parser)]
#[command(name = "gemba", version, after_help = AFTER_HELP, arg_required_else_help = true, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Serve(serve::Serve),
    Check(check::Check),
    Explain(explain::Explain),
    Fmt(fmt::Fmt),
    Test(test::Test),
    New(new::New),
    Import(import::Import),
    Schema(schema::Schema),
    Lsp(lsp::Lsp),
    Replay(replay::Replay),
    Verify(verify::Verify),
    Record(record::RecordArgs),
    Health(health::Health),
    Backup(backup::Backup),
    Token(token::Token),
    Secret(secrets::SecretArgs),
    Person(person::Person),
    SetupLink(person::SetupLink),
}

/// How a command tells what it found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Human,
    /// For programs: one JSON document on standard output.
    Json,
}

/// The language of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    En,
    Zh,
}

impl Lang {
    /// What was asked for, else what the terminal's locale says.
    fn or_of_the_terminal(lang: Option<Lang>) -> Language {
        match lang {
            Some(Lang::En) => Language::En,
            Some(Lang::Zh) => Language::Zh,
            None => {
                let set = |name| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
                let locale = set("LC_ALL")
                    .or_else(|| set("LC_MESSAGES"))
                    .or_else(|| set("LANG"))
                    .unwrap_or_default();
                if locale.starts_with("zh") {
                    Language::Zh
                } else {
                    Language::En
                }
            }
        }
    }
}

/// Does what the arguments say.
pub fn main() -> ExitCode {
    let exit = match Cli::parse().command {
        Command::Serve(serve) => serve.run(),
        Command::Check(check) => check.run(),
        Command::Explain(explain) => explain.run(),
        Command::Fmt(fmt) => fmt.run(),
        Command::Test(test) => test.run(),
        Command::New(new) => new.run(),
        Command::Import(import) => import.run(),
        Command::Schema(schema) => schema.run(),
        Command::Lsp(lsp) => lsp.run(),
        Command::Replay(replay) => replay.run(),
        Command::Verify(verify) => verify.run(),
        Command::Record(record) => record.run(),
        Command::Health(health) => health.run(),
        Command::Backup(backup) => backup.run(),
        Command::Token(token) => token.run(),
        Command::Secret(secret) => secret.run(),
        Command::Person(person) => person.run(),
        Command::SetupLink(link) => link.run(),
    };
    exit.into()
}

/// Waits for something that reads or writes data.
fn block_on(work: impl Future<Output = Exit>) -> Exit {
    match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(work),
        Err(error) => {
            out::complain(format_args!("the system gives no threads: {error}"));
            Exit::CannotRead
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn arguments_are_consistent() {
        Cli::command().debug_assert();
    }
}
