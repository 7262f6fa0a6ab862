//! Gemba's engine as a library, for programs that embed it.
//!
//! ```no_run
//! use gemba_engine::{Caller, Complete, Engine, Start, TaskRef, store::rows::TaskFilter};
//!
//! # async fn story() -> Result<(), Box<dyn std::error::Error>> {
//! let engine = Engine::builder().folder("data").open().await?;
//! let mes = Caller::trusted("mes", None);
//! engine.publish("app: Smallest\nsteps:\n  - form: What happened?\n    fields:\n      - text: What did you see?\n", &mes).await?;
//! engine.start(Start { app: "smallest".into(), ..Start::default() }, &mes).await?;
//! let tasks = engine.tasks(&TaskFilter::default(), &Default::default()).await?;
//! println!("{} task(s) open", tasks.items.len());
//! engine.shutdown().await;
//! # Ok(()) }
//! ```
//!
//! `examples/embed-mes` is a whole program.

pub use runtime::*;

/// Formulas and values.
pub use expression;
/// The pure interpreter.
pub use kernel;
/// The language, for programs that check or show apps.
pub use language;
/// The stores.
pub use store;
