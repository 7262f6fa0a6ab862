//! For whoever writes files: what can be typed here, what a word means, where a thing is said, and what it is called
//! when it is called otherwise. Pure, so that an editor in a browser and a language server use the same.
//!
//! Files are half typed most of the time, so that keys are found by the lines and columns above (`cursor`), not by
//! YAML. What a name means needs a file that can be read; the last one that could serves until the next.

mod complete;
mod cursor;
mod hover;
mod names;
mod rename;
mod symbols;
mod uses;

pub use complete::{Completion, CompletionKind, complete};
pub use hover::{Hover, hover};
pub use rename::{Renamed, can_be_called, rename};
pub use symbols::{Symbol, symbols};
pub use uses::{Thing, Use, thing_at, uses};

use crate::model::{App, Id, Site};

/// What stands around a file.
#[derive(Clone, Copy, Debug, Default)]
pub struct Around<'a> {
    pub site: Option<&'a Site>,
    /// The apps of the folder, for `call`.
    pub apps: &'a [Beside],
    /// The file itself as it was last understood.
    pub app: Option<&'a App>,
}

/// Another app.
#[derive(Clone, Debug, PartialEq)]
pub struct Beside {
    pub id: Id,
    pub title: String,
    pub inputs: Vec<Id>,
}

impl Beside {
    pub fn of(app: &App) -> Beside {
        Beside {
            id: app.id.clone(),
            title: app.title.default.source().to_owned(),
            inputs: app.inputs.iter().map(|input| input.id.clone()).collect(),
        }
    }
}

/// An app as far as it can be understood, with all its mistakes: for completion while it is typed.
pub fn read_half(source: &str, site: Option<&Site>) -> Option<App> {
    let tree = crate::tree::load(source, &mut crate::read::Reports::default(), &|_| 0)?;
    let mut reader = crate::read::Reader::new(source, &tree, site, crate::read::Reports::default());
    crate::read::app::app(&mut reader, &tree)
}

/// Whether a file is a site file.
pub fn is_site(source: &str) -> bool {
    crate::format::is_site(source)
}
