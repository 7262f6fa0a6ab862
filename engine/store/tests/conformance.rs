//! SQLite passes the suite.

mod common;

use common::fresh;

gemba_store::conformance!(fresh);
