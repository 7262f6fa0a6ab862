//! `gemba explain`

use language::diagnostic::Language;

use super::out::{complain, say, say_text};
use super::{Exit, Lang};

/// Says what a code such as G0203 means, with one wrong and one right example.
///
/// Without a code, lists all of them.
#[derive(clap::Args)]
#[command(after_help = "\
Exit codes: 0 done, 2 there is no such code

Examples:
  gemba explain G0203
  gemba explain G0203 --lang zh
  gemba explain")]
pub(super) struct Explain {
    /// The code, as a message shows it
    code: Option<String>,
    /// Language of the words; the terminal's when not given
    #[arg(long, value_enum)]
    lang: Option<Lang>,
}

impl Explain {
    pub(super) fn run(self) -> Exit {
        let language = Lang::or_of_the_terminal(self.lang);
        let Some(code) = self.code else {
            for (code, _, gist) in language::codes(language) {
                say(format_args!("{code}  {gist}"));
            }
            for entry in import::codes::ALL {
                say(format_args!("{}  {}", entry.code, of_import(entry, language)));
            }
            return Exit::Done;
        };
        // `g203` is understood too: the digits count.
        let digits = code.trim().trim_start_matches(['G', 'g']);
        let code_text = format!("G{digits:0>4}");
        if let Some(entry) = import::codes::find(&code_text) {
            say(format_args!(
                "{} (import)\n{}\n\n  {}",
                entry.code,
                of_import(entry, language),
                entry.example.replace('\n', "\n  ")
            ));
            return Exit::Done;
        }
        match language::explain(&code_text, language) {
            Some(page) => {
                say_text(&page.to_text(language));
                Exit::Done
            }
            None => {
                complain(format_args!(
                    "there is no code '{code}'; `gemba explain` lists them all"
                ));
                Exit::CannotRead
            }
        }
    }
}

/// What an import says, with … where it names something of the file.
fn of_import(entry: &import::codes::Entry, language: Language) -> String {
    let text = match language {
        Language::En => entry.en,
        Language::Zh => entry.zh,
    };
    text.replace("{0}", "…").replace("{1}", "…")
}
