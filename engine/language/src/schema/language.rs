//! JSON Schema of the language, from the same tables that the readers use.

/// JSON Schema of an app file.
pub(crate) fn app() -> serde_json::Value {
    serde_json::json!({})
}
