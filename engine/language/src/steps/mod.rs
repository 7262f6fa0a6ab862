//! The step kinds: one file each, one line each in the table below.
//!
//! A file holds the step as the kernel sees it, the keys it may have, and how it is read. From the table come the
//! enum, the list of words, the choice of the reader, the suggestions and the JSON Schema.

use expression::{Names, Type};

use crate::keywords;
use crate::model::{Id, Step, Table};
use crate::read::keys::Kind;
use crate::read::{Entry, Reader};

mod approve;
mod buttons;
mod call;
mod choose;
mod decide;
mod emit;
mod fail;
mod find;
mod finish;
mod for_each;
mod form;
mod handling;
mod hold;
mod http;
mod if_;
mod join;
mod number;
pub mod print;
mod publish;
mod release;
mod remove;
mod repeat;
mod run;
mod save;
mod set;
mod tell;
mod together;
mod wait;
mod wait_for;
mod wait_until;
mod withdraw;
mod write;

pub(crate) use form::RUNG;
pub use {
    buttons::Button,
    call::{Call, Waiting},
    choose::{Choose, Way},
    decide::{Decide, Row, Rule, Test as RowTest},
    emit::Emit,
    fail::Fail,
    find::{Find, Order},
    finish::Finish,
    for_each::{ForEach, More},
    form::{Form, Page},
    handling::{ANY_STEP, Give, Handling},
    hold::Hold,
    http::{Http, Method},
    if_::If,
    join::{Join, Rest},
    number::Number,
    print::Print,
    publish::Publish,
    release::Release,
    remove::Remove,
    repeat::Repeat,
    run::Run,
    save::Save,
    set::Set,
    tell::Tell,
    together::{Branch, Together},
    wait::Wait,
    wait_for::WaitFor,
    wait_until::WaitUntil,
    withdraw::Withdraw,
    write::Write,
};

/// What a kind of step tells the language about itself.
pub(crate) trait StepOf: Sized {
    const KIND: Kind;
    /// `None` when so little could be read that the step is better left out; the reason is reported then.
    fn read(reader: &mut Reader<'_>, entry: &Entry) -> Option<Self>;
    /// Lists of steps inside this one.
    fn blocks(&self) -> Vec<Block<'_>> {
        Vec::new()
    }
    /// The same lists, to be changed.
    fn blocks_mut(&mut self) -> Vec<&mut Vec<Step>> {
        Vec::new()
    }
    /// What `step.member` reads once the step is done.
    fn members(&self) -> Option<Type> {
        None
    }
    /// Names that this step gives to the whole app, with their types. `names` are the ones known before it.
    fn values(&self, _names: &mut Names, _tables: &[Table]) -> Vec<(Id, Type)> {
        Vec::new()
    }
}

/// A list of steps inside a step, and how it is come to.
#[derive(Clone, Debug)]
pub struct Block<'a> {
    pub steps: &'a [Step],
    pub way: WayIn,
    /// Names that exist only inside.
    pub item: Option<(Id, Type)>,
}

/// How the blocks of a step relate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WayIn {
    /// At most one of the step's blocks of this way is done.
    OneOf,
    /// Done again and again; a later round sees what earlier ones have filled.
    Rounds,
    /// Done side by side with its brothers.
    Beside,
    /// Done after the rounds of the same step.
    AfterRounds,
    /// Done when something inside the step has failed.
    OnError,
    /// Done when the run is cancelled or fails after the step.
    Undo,
}

macro_rules! step_kinds {
    ($($kind:ident)*) => {
        /// What a step does.
        #[derive(Clone, Debug, PartialEq)]
        pub enum StepKind { $($kind(Box<$kind>)),* }

        pub(crate) const KINDS: &[Kind] = &[approve::KIND, $($kind::KIND),*];

        pub(crate) fn read(reader: &mut Reader<'_>, entry: &Entry) -> Option<StepKind> {
            // An approval is a form to everybody else.
            if entry.word == approve::KIND.word {
                return Some(StepKind::Form(Box::new(approve::read(reader, entry))));
            }
            $(if entry.word == $kind::KIND.word {
                return $kind::read(reader, entry).map(Box::new).map(StepKind::$kind);
            })*
            None
        }

        impl StepKind {
            /// The word the step begins with.
            pub fn word(&self) -> &'static str {
                match self { $(StepKind::$kind(_) => $kind::KIND.word),* }
            }
            /// Lists of steps inside this one.
            pub fn blocks(&self) -> Vec<Block<'_>> {
                match self { $(StepKind::$kind(step) => step.blocks()),* }
            }
            pub(crate) fn blocks_mut(&mut self) -> Vec<&mut Vec<Step>> {
                match self { $(StepKind::$kind(step) => step.blocks_mut()),* }
            }
            pub(crate) fn members(&self) -> Option<Type> {
                match self { $(StepKind::$kind(step) => step.members()),* }
            }
            pub(crate) fn values(&self, names: &mut Names, tables: &[Table]) -> Vec<(Id, Type)> {
                match self { $(StepKind::$kind(step) => step.values(names, tables)),* }
            }
        }
    };
}

step_kinds! {
    Form If Choose Decide Repeat ForEach Together Wait WaitUntil WaitFor Set Find Save Remove Number Hold Release Call Tell Emit Http Publish Write Print Run
    Withdraw Finish Fail
}

/// The kind that a word begins, in English or Chinese.
pub(crate) fn kind(word: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| keywords::is(kind.word, word))
}

pub(crate) fn is_word(word: &str) -> bool {
    kind(word).is_some()
}

/// The words that steps begin with.
pub(crate) fn words() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|kind| kind.word)
}

impl<'a> Block<'a> {
    pub(crate) fn new(way: WayIn, steps: &'a [Step]) -> Block<'a> {
        Block { steps, way, item: None }
    }
}
