//! Refuses query parameters that the OpenAPI document does not name for the route.

use std::collections::{HashMap, HashSet};

use axum::extract::Request;
use axum::http::Method;
use polity_app::error::FieldError;
use serde::Deserialize;

use crate::extract::query;
use crate::problem::Problem;

/// Query parameters by path template and method.
#[derive(Debug, Default)]
pub struct QueryRules(HashMap<String, HashMap<Method, HashSet<String>>>);

/// What is read of a document. Parameters of a whole path or elsewhere would be missed: such a document is refused.
#[derive(Deserialize)]
struct Document {
    paths: HashMap<String, PathItem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PathItem {
    get: Option<Operation>,
    post: Option<Operation>,
    put: Option<Operation>,
    patch: Option<Operation>,
    delete: Option<Operation>,
}

#[derive(Deserialize)]
struct Operation {
    #[serde(default)]
    parameters: Vec<Parameter>,
}

#[derive(Deserialize)]
struct Parameter {
    name: String,
    r#in: String,
}

impl QueryRules {
    /// What a document names. Routes that are not in the document are not held to anything.
    ///
    /// # Errors
    /// When the text is no OpenApi document, or refers to parameters that stand elsewhere.
    pub fn of(document: &str) -> Result<Self, serde_json::Error> {
        let document: Document = serde_json::from_str(document)?;
        Ok(Self(document.paths.into_iter().map(|(path, item)| (path, item.methods())).collect()))
    }

    /// The names that a route knows; none if the document does not hold the route.
    fn known(&self, path: &str, method: &Method) -> Option<&HashSet<String>> {
        let method = if *method == Method::HEAD { &Method::GET } else { method };
        self.0.get(path)?.get(method)
    }
}

impl PathItem {
    fn methods(self) -> HashMap<Method, HashSet<String>> {
        let operations = [
            (Method::GET, self.get),
            (Method::POST, self.post),
            (Method::PUT, self.put),
            (Method::PATCH, self.patch),
            (Method::DELETE, self.delete),
        ];
        operations.into_iter().filter_map(|(method, operation)| Some((method, operation?.names()))).collect()
    }
}

impl Operation {
    fn names(self) -> HashSet<String> {
        let queried = self.parameters.into_iter().filter(|parameter| parameter.r#in == "query");
        queried.map(|parameter| parameter.name).collect()
    }
}

pub(super) fn check(rules: &QueryRules, template: Option<&str>, request: &Request) -> Result<(), Problem> {
    let Some(query) = request.uri().query() else { return Ok(()) };
    let given = query::parameters(query)?;
    let Some(known) = template.and_then(|path| rules.known(path, request.method())) else { return Ok(()) };
    let unknown: Vec<FieldError> =
        given.into_iter().filter(|(name, _)| !known.contains(name)).map(|(name, _)| refusal(name)).collect();
    if unknown.is_empty() { Ok(()) } else { Err(Problem::fields(unknown)) }
}

fn refusal(name: String) -> FieldError {
    let detail = "This route has no such parameter.".to_owned();
    FieldError { field: name, code: "unknown_parameter", detail }
}
