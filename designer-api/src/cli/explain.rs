//! `gemba explain`

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
            return Exit::Done;
        };
        // `g203` is understood too: the digits count.
        let digits = code.trim().trim_start_matches(['G', 'g']);
        match language::explain(&format!("G{digits:0>4}"), language) {
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
