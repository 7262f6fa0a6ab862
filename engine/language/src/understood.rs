//! A file as far as it was understood, mistakes or not: for tools that work on files while they are written.

use std::collections::BTreeMap;

use crate::keywords::Keywords;
use crate::model::Id;
use crate::read::{Reader, Reports};
use crate::tree::{self, Tree};

/// What a reader made of a file.
pub(crate) struct Understood {
    pub(crate) tree: Tree,
    pub(crate) is_site: bool,
    /// Ids of steps, fields and tables that mean something to others, by the byte where their entry begins.
    pub(crate) ids: BTreeMap<usize, Id>,
    /// Ids of the other steps, which are numbered where they are alike.
    pub(crate) numbered: BTreeMap<usize, Id>,
    pub(crate) keywords: Keywords,
    /// Whether YAML itself was written as it should be: no repair was needed to read it.
    pub(crate) tidy: bool,
}

/// Reads a file as far as it goes; `None` when it is no YAML at all.
pub(crate) fn understand(source: &str) -> Option<Understood> {
    let is_site = crate::format::is_site(source);
    let mut reports = Reports::default();
    let tree = tree::load(source, &mut reports, &|_| 0)?;
    let tidy = !reports.any_error() && tree.text() == source;
    let mut reader = Reader::new(source, &tree, None, Reports::default());
    if is_site {
        crate::read::site::site(&mut reader, &tree);
    } else {
        crate::read::app::app(&mut reader, &tree);
    }
    let (ids, numbered, keywords) = (reader.ids, reader.numbered, reader.keywords);
    Some(Understood {
        tree,
        is_site,
        ids,
        numbered,
        keywords,
        tidy,
    })
}

impl Understood {
    /// The id of the step, field or table that begins at a byte.
    pub(crate) fn id_at(&self, start: usize) -> Option<&Id> {
        self.ids.get(&start).or_else(|| self.numbered.get(&start))
    }
}
