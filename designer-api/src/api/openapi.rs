//! The API's own description. It is written by hand in `openapi.yaml`, where people can read it; a test holds it to the
//! routes.

use axum::http::header;
use axum::response::IntoResponse;
use serde_json::Value;
use std::sync::LazyLock;

use super::Route;
use crate::http::{Params, Problem};
use crate::identity::Right;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/openapi.json", Right::Read, openapi)]
}

static JSON: LazyLock<String> = LazyLock::new(|| {
    let mut document: Value = serde_yaml::from_str(include_str!("openapi.yaml")).expect("the file is tested");
    document["info"]["version"] = env!("CARGO_PKG_VERSION").into();
    document.to_string()
});

async fn openapi(query: Params) -> Result<impl IntoResponse, Problem> {
    query.finish()?;
    Ok(([(header::CONTENT_TYPE, "application/json")], JSON.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn describes_every_route_and_no_more() {
        let document: Value = serde_json::from_str(&JSON).unwrap();
        let mut described = BTreeSet::new();
        let mut open = BTreeSet::new();
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                if ["get", "post", "put", "delete"].contains(&method.as_str()) {
                    described.insert(format!("{} {path}", method.to_uppercase()));
                    if operation["security"] == serde_json::json!([]) {
                        open.insert(path.clone());
                    }
                }
            }
        }
        let served: BTreeSet<String> = super::super::routes()
            .iter()
            .map(|route| format!("{} {}", route.method, route.path))
            .collect();
        assert_eq!(described, served);
        assert_eq!(
            open,
            BTreeSet::from(["/health", "/session", "/setup"].map(str::to_owned))
        );
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document: Value = serde_json::from_str(&JSON).unwrap();
        fn walk(value: &Value, root: &Value) {
            match value {
                Value::Object(members) => {
                    if let Some(Value::String(to)) = members.get("$ref") {
                        assert!(root.pointer(to.strip_prefix('#').unwrap()).is_some(), "{to}");
                    }
                    members.values().for_each(|member| walk(member, root));
                }
                Value::Array(items) => items.iter().for_each(|item| walk(item, root)),
                _ => {}
            }
        }
        walk(&document, &document);
    }
}
