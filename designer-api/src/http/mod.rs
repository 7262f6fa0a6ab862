//! What all resources share: reading requests strictly, problems, the guard at the door, and the accept loop.

pub(crate) mod body;
pub(crate) mod call;
pub(crate) mod cookies;
mod front;
pub(crate) mod guard;
mod leftover;
pub(crate) mod members;
pub(crate) mod observe;
pub(crate) mod params;
mod path;
pub(crate) mod problem;
pub(crate) mod reader;
pub(crate) mod room;
pub(crate) mod security;
pub(crate) mod serve;
mod stall;
pub(crate) mod strict_json;
pub(crate) mod time;
pub(crate) mod visitor;

pub(crate) use body::{Bytes, Yaml};
pub(crate) use call::Call;
pub(crate) use front::Front;
pub(crate) use members::Members;
pub(crate) use params::Params;
pub(crate) use path::Path;
pub(crate) use problem::Problem;
pub(crate) use reader::Reader;
pub(crate) use time::Rfc3339;
pub(crate) use visitor::Visitor;
