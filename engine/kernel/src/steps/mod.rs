//! What the step kinds do: one file each, one line each in the table below.
//!
//! A file declares the names that its step fills, compiles the step to operations, and runs them.

pub(crate) mod call;
mod choose;
mod decide;
mod emit;
mod fail;
pub(crate) mod find;
mod finish;
pub(crate) mod flow;
pub(crate) mod for_each;
pub(crate) mod form;
mod hold;
pub(crate) mod http;
mod if_;
pub(crate) mod number;
mod print;
mod publish;
mod release;
mod remove;
pub(crate) mod repeat;
pub(crate) mod run;
mod save;
mod set;
mod tell;
pub(crate) mod together;
mod wait;
pub(crate) mod wait_for;
mod wait_until;
mod withdraw;
mod write;

use language::model::Step;
use language::steps::StepKind;

use crate::interpret::{Next, Run, Trouble};
use crate::program::Compiler;
use crate::slots::Declaring;

macro_rules! step_kinds {
    ($($kind:ident => $file:ident),* $(,)?) => {
        /// One operation of a program.
        #[derive(Debug)]
        pub(crate) enum Op {
            /// What several kinds need: conditions, jumps, ends.
            Flow(flow::Op),
            $($kind($file::Op)),*
        }

        impl Op {
            pub(crate) fn run(&self, run: &mut Run<'_>, token: u32) -> Result<Next, Trouble> {
                match self {
                    Op::Flow(op) => op.run(run, token),
                    $(Op::$kind(op) => op.run(run, token)),*
                }
            }
        }

        /// Declares the names that a step fills. `number` tells steps apart.
        pub(crate) fn declare(step: &Step, number: u32, d: &mut Declaring) {
            match &step.kind {
                $(StepKind::$kind(kind) => $file::declare(kind, step, number, d)),*
            }
        }

        pub(crate) fn compile(step: &Step, number: u32, c: &mut Compiler<'_>) {
            match &step.kind {
                $(StepKind::$kind(kind) => $file::compile(kind, step, number, c)),*
            }
        }
    };
}

step_kinds! {
    Form => form,
    If => if_,
    Choose => choose,
    Decide => decide,
    Repeat => repeat,
    ForEach => for_each,
    Together => together,
    Wait => wait,
    WaitUntil => wait_until,
    WaitFor => wait_for,
    Set => set,
    Find => find,
    Save => save,
    Remove => remove,
    Number => number,
    Hold => hold,
    Release => release,
    Call => call,
    Tell => tell,
    Emit => emit,
    Http => http,
    Publish => publish,
    Write => write,
    Print => print,
    Run => run,
    Withdraw => withdraw,
    Finish => finish,
    Fail => fail,
}
