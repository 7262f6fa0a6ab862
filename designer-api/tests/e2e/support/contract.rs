//! The OpenAPI description, read as a contract: each answer must be one that it describes.

use jsonschema::Validator;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use super::Answer;

const OPENAPI: &str = include_str!("../../../src/api/openapi.yaml");

pub(crate) struct Contract {
    document: Value,
    /// Compiled when first needed, by path, method and status.
    validators: Mutex<BTreeMap<String, Option<Arc<Validator>>>>,
}

impl Contract {
    pub(crate) fn shared() -> Arc<Contract> {
        static SHARED: OnceLock<Arc<Contract>> = OnceLock::new();
        let read = || {
            let document = serde_yaml::from_str(OPENAPI).unwrap();
            Arc::new(Contract {
                document,
                validators: Mutex::default(),
            })
        };
        SHARED.get_or_init(read).clone()
    }

    #[track_caller]
    pub(crate) fn hold(&self, method: &str, path: &str, answer: &Answer) {
        let kind = answer
            .headers
            .get("content-type")
            .and_then(|kind| kind.to_str().ok())
            .unwrap_or("");
        assert!(
            answer.headers.contains_key("x-request-id"),
            "{method} {path}: no request id"
        );
        if answer.status >= 400 && !path.starts_with("/health") {
            assert_eq!(kind, "application/problem+json", "{method} {path}: {}", answer.status);
            assert_eq!(answer.json["status"], answer.status);
        }
        let Some(template) = self.template(path) else {
            assert_eq!(answer.status, 404, "{method} {path} is not described");
            return;
        };
        let Some(validator) = self.validator(method, &template, answer.status, kind) else {
            return;
        };
        let faults: Vec<String> = validator
            .iter_errors(&answer.json)
            .map(|fault| format!("{fault} at {}", fault.instance_path()))
            .collect();
        assert!(
            faults.is_empty(),
            "{method} {path} {}: {faults:#?}\n{:#}",
            answer.status,
            answer.json
        );
    }

    /// The data of a live event `change`.
    #[track_caller]
    pub(crate) fn hold_change(&self, data: &Value) {
        let mut validators = self.validators.lock().unwrap();
        let validator = validators.entry("change".to_owned()).or_insert_with(|| {
            let whole = json!({"$ref": "#/components/schemas/Change", "components": self.document["components"]});
            Some(Arc::new(jsonschema::validator_for(&whole).unwrap()))
        });
        let faults: Vec<String> = validator
            .iter()
            .flat_map(|one| one.iter_errors(data))
            .map(|fault| fault.to_string())
            .collect();
        assert!(faults.is_empty(), "{faults:#?}\n{data:#}");
    }

    /// The described path that fits; one without parameters before one with them.
    fn template(&self, path: &str) -> Option<String> {
        let asked: Vec<&str> = path.split('?').next().unwrap().split('/').collect();
        let fits = |template: &&String| {
            let parts: Vec<&str> = template.split('/').collect();
            parts.len() == asked.len()
                && parts
                    .iter()
                    .zip(&asked)
                    .all(|(part, asked)| part.starts_with('{') || part == asked)
        };
        let templates = self.document["paths"].as_object().unwrap().keys();
        templates
            .filter(fits)
            .min_by_key(|template| template.matches('{').count())
            .cloned()
    }

    /// `None` when the answer is no JSON, or its method is not taken.
    fn validator(&self, method: &str, template: &str, status: u16, kind: &str) -> Option<Arc<Validator>> {
        let key = format!("{method} {template} {status} {kind}");
        let mut validators = self.validators.lock().unwrap();
        validators
            .entry(key.clone())
            .or_insert_with(|| self.compile(method, template, status, kind, &key))
            .clone()
    }

    fn compile(&self, method: &str, template: &str, status: u16, kind: &str, key: &str) -> Option<Arc<Validator>> {
        let operation = &self.document["paths"][template][method.to_lowercase()];
        if operation.is_null() {
            assert!(matches!(status, 401 | 404 | 405), "{key} is not described");
            return None;
        }
        let responses = &operation["responses"];
        let exact = &responses[status.to_string()];
        let response = if exact.is_null() && status >= 400 {
            &responses["default"]
        } else {
            exact
        };
        assert!(!response.is_null(), "{key} is not described");
        let response = match response["$ref"].as_str() {
            Some(to) => self.document.pointer(&to[1..]).unwrap(),
            None => response,
        };
        let schema = response["content"][kind]["schema"].clone();
        if !kind.ends_with("json") {
            return None;
        }
        assert!(!schema.is_null(), "{key}: no schema for {kind}");
        let whole = json!({"allOf": [schema], "components": self.document["components"]});
        Some(Arc::new(jsonschema::validator_for(&whole).unwrap()))
    }
}
