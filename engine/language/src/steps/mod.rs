//! The step kinds: one file each, one line each in the table below.

mod call;
mod choose;
mod fail;
mod find;
mod finish;
mod for_each;
mod form;
mod hold;
mod if_;
mod release;
mod repeat;
mod save;
mod set;
mod tell;
mod together;
mod wait;
mod wait_for;
mod wait_until;

pub use {
    call::Call,
    choose::{Choose, Way},
    fail::Fail,
    find::{Find, Order},
    finish::Finish,
    for_each::ForEach,
    form::Form,
    hold::Hold,
    if_::If,
    release::Release,
    repeat::Repeat,
    save::Save,
    set::Set,
    tell::Tell,
    together::{Branch, Join, Together},
    wait::Wait,
    wait_for::WaitFor,
    wait_until::WaitUntil,
};

/// What a step does.
#[derive(Clone, Debug, PartialEq)]
pub enum StepKind {
    Form(Box<Form>),
    If(Box<If>),
    Choose(Box<Choose>),
    Repeat(Box<Repeat>),
    ForEach(Box<ForEach>),
    Together(Box<Together>),
    Wait(Box<Wait>),
    WaitUntil(Box<WaitUntil>),
    WaitFor(Box<WaitFor>),
    Set(Box<Set>),
    Find(Box<Find>),
    Save(Box<Save>),
    Hold(Box<Hold>),
    Release(Box<Release>),
    Call(Box<Call>),
    Tell(Box<Tell>),
    Finish(Box<Finish>),
    Fail(Box<Fail>),
}
