//! `gemba schema`

use super::Exit;
use super::out::say;

/// Prints the JSON Schema of an app file, for editors.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  gemba schema > gemba.schema.json")]
pub(super) struct Schema {}

impl Schema {
    pub(super) fn run(self) -> Exit {
        say(format_args!("{:#}", language::json_schema()));
        Exit::Done
    }
}
