//! The lines of the tables in Chinese.

pub(super) const SAID: &[(&str, &str)] = &[];
