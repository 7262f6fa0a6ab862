//! Which operations belong to which step: what is passed over when a step is, and where a step is entered.

use language::model::Id;

use crate::program::{Label, Program};

/// The operations of one step, those of the steps inside it included.
#[derive(Debug)]
pub(crate) struct Span {
    pub(crate) step: Id,
    pub(crate) first: u32,
    /// Behind its last operation.
    pub(crate) end: Label,
    /// How many `repeat` are around the step in its branch or element.
    pub(crate) rounds: usize,
    /// How many steps around it there are alone with something.
    pub(crate) alone: usize,
    /// Steps of one part of the program are done by the same token: branches, elements and `undo` have their own.
    pub(crate) part: u32,
    /// What it leaves behind when it is done.
    pub(crate) fills: Vec<u32>,
}

impl Program {
    /// The step that an operation belongs to and those around it that the same token does, the innermost first.
    pub(crate) fn steps_around(&self, at: u32) -> impl Iterator<Item = &Span> {
        let part = self.op(at).map(|placed| placed.part);
        // Outer steps come before inner ones.
        self.spans()
            .iter()
            .rev()
            .filter(move |span| span.first <= at && at < self.target(span.end) && Some(span.part) == part)
    }

    /// The step that begins with this operation.
    pub(crate) fn step_entered(&self, at: u32) -> Option<&Span> {
        let place = self.spans().binary_search_by_key(&at, |span| span.first).ok()?;
        self.spans().get(place)
    }
}
