//! `gemba schema`

use clap::ValueEnum;

use super::Exit;
use super::out::say;

/// Prints the JSON Schema of app files or of site.yaml, for editors.
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  gemba schema > app.schema.json\n  gemba schema site > site.schema.json")]
pub(super) struct Schema {
    /// Of which files
    #[arg(value_enum, default_value = "app")]
    of: Files,
}

#[derive(Clone, Copy, ValueEnum)]
enum Files {
    App,
    Site,
}

impl Schema {
    pub(super) fn run(self) -> Exit {
        let schema = match self.of {
            Files::App => language::json_schema(),
            Files::Site => language::site_json_schema(),
        };
        say(format_args!("{schema:#}"));
        Exit::Done
    }
}
