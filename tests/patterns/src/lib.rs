//! The catalogue of workflow patterns: one app for each, played by its own tests, and the table that tells of them.
//!
//! A catalogue is a folder with a file for each pattern (`wcp-09-….yaml`), apps that these call, and a `site.yaml` where
//! one is needed; `gemba test tests/patterns/control-flow` plays it too. A file begins with what the table tells:
//!
//! ```text
//! # WCP-9: Structured Discriminator / 结构化鉴别器
//! # Floor: the first of two readings lets the work go on; the second is still finished.
//! # 现场：两个读数中先到的一个就让工作继续，另一个仍要做完。
//! # Support: full
//! # Without: `wait_for: first` → `wait_for: all`
//! ```
//!
//! `Support` is `full`, `part` or `no`; behind the last two stand `Why` and `原因`. `Without` takes the pattern out of
//! the app: the tests must fail then, or they would show nothing. A line that goes on is indented by two further
//! spaces.

mod header;
mod page;
mod played;

pub use header::{Header, Support};
pub use page::{DONE_BY, page};
pub use played::{Played, listed, play};

/// One collection of patterns.
#[derive(Clone, Copy, Debug)]
pub struct Catalogue {
    /// Beside `Cargo.toml`.
    pub folder: &'static str,
    /// Of the numbers: `WCP`.
    pub prefix: &'static str,
    /// They are numbered from 1.
    pub patterns: u32,
    /// How many must be fully supported.
    pub full_at_least: usize,
    /// English and Chinese.
    pub title: (&'static str, &'static str),
    pub about: (&'static str, &'static str),
}

/// Who does what. These are shown with people on the real engine, by the test that makes the page.
pub const RESOURCE: Catalogue = Catalogue {
    folder: "resource",
    prefix: "WRP",
    patterns: 43,
    full_at_least: 35,
    title: ("People and work", "人员与任务"),
    about: (
        "Who does what, and how they come to it: N. Russell, W. van der Aalst, A. ter Hofstede, D. Edmond, *Workflow Resource \
         Patterns*, CAiSE 2005. Each app is run by the real engine with people, queues and a clock.",
        "谁做什么、怎样得到任务：N. Russell、W. van der Aalst、A. ter Hofstede、D. Edmond，*Workflow Resource Patterns*，CAiSE \
         2005。每个应用都由真正的引擎运行，带有人员、任务列表和时钟。",
    ),
};

/// In the order of the page.
pub const CATALOGUES: &[Catalogue] = &[Catalogue {
    folder: "control-flow",
    prefix: "WCP",
    patterns: 43,
    full_at_least: 38,
    title: ("Control flow", "控制流"),
    about: (
        "What comes after what: N. Russell, A. ter Hofstede, W. van der Aalst, N. Mulyar, *Workflow Control-Flow Patterns: \
         A Revised View*, BPM Center Report BPM-06-22, 2006.",
        "先做什么、后做什么：N. Russell、A. ter Hofstede、W. van der Aalst、N. Mulyar，*Workflow Control-Flow Patterns: A \
         Revised View*，BPM Center Report BPM-06-22，2006。",
    ),
}];
