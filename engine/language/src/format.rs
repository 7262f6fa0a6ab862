//! One canonical layout.

/// One canonical layout; comments kept. Files with errors are returned as they were (`None`).
pub fn format(_source: &str) -> Option<String> {
    None
}
