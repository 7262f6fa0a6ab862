//! Gemba's engine as a library, for programs that embed it.

pub use runtime::*;

/// Formulas and values.
pub use expression;
/// The pure interpreter.
pub use kernel;
/// The language, for programs that check or show apps.
pub use language;
/// The stores.
pub use store;
