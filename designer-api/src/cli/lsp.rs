//! `gemba lsp`

use super::Exit;
use super::out::complain;

/// Serves an editor over standard input and output: mistakes while you type, completion, renaming.
///
/// How to set up VS Code, Neovim and Helix is told by the page "Editors" of the help.
#[derive(clap::Args)]
pub(super) struct Lsp {
    /// What editors say to mean standard input and output; there is nothing else
    #[arg(long, hide = true)]
    stdio: bool,
}

impl Lsp {
    pub(super) fn run(self) -> Exit {
        let Lsp { stdio: _ } = self;
        match ::lsp::run() {
            Ok(()) => Exit::Done,
            Err(error) => {
                complain(error);
                Exit::CannotRead
            }
        }
    }
}
