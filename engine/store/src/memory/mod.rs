//! The store in memory: for simulations, and for programs that keep nothing.
//!
//! What is committed is on a [`Disk`]: ordered maps of shared rows, so that the same writes give the same reads in the same
//! order, every time. One unit at a time works on a second copy and remembers which rows it touched; a commit carries
//! those over, a unit that is dropped carries them back. Lists look at all rows of their kind: this is a model of a
//! store, not a fast one.

mod disk;
mod lists;
mod read;
mod store;
mod unit;
mod write;

pub use disk::{Disk, Last};
pub use store::MemoryStore;
