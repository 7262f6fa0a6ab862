//! Deterministic simulation: one seed decides everything that happens to an engine, and everything is checked.
//!
//! The real kernel and the real runtime run on a machine of one thread whose order follows from what was asked
//! ([`machine`]), by a clock that only the simulation moves ([`clock`]), on a disk in memory that fails and loses power
//! ([`disk`]), beside a world that answers late, twice or never ([`outside`]), with apps that are drawn at random and that
//! the language accepts ([`generate`]). People do what people do ([`happenings`]).
//!
//! Every commit is looked at before anybody hears of it ([`watch`]): its journal entries are played through a kernel of
//! our own, and every row of every run they touch is held against what that kernel says. Every answer is held against
//! what is committed the moment it is heard ([`requests`]). At the end all troubles cease, and nothing may be left undone.
//!
//! The same plan gives the same trace, to the last bit: a plan that fails can be made smaller ([`minimise`]) and told as
//! a story.

pub mod answers;
mod broken;
pub mod chance;
pub mod clock;
pub mod control;
pub mod disk;
pub mod generate;
pub mod happenings;
pub mod machine;
pub mod minimise;
pub mod outside;
pub mod panics;
pub mod requests;
mod shadow;
pub mod site;
pub mod watch;
pub mod world;
