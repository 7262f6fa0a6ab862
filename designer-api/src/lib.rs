//! The `gemba` server: REST, command line, API tokens. What a run does is the engine's; what the wire and the
//! terminal look like is here.

pub mod api;
