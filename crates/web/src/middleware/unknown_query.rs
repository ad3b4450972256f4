//! Refuses query parameters that the OpenAPI document does not name for the route.

use std::collections::{HashMap, HashSet};

use axum::extract::Request;
use axum::http::Method;
use polity_app::error::FieldError;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem};
use utoipa::openapi::{OpenApi, RefOr};

use crate::extract::query;
use crate::problem::Problem;

/// Query parameters by path template and method.
#[derive(Debug, Default)]
pub struct QueryRules(HashMap<String, HashMap<Method, HashSet<String>>>);

impl QueryRules {
    /// What a document names. Routes that are not in the document are not held to anything.
    pub fn of(document: &OpenApi) -> Self {
        let paths = document.paths.paths.iter();
        Self(paths.map(|(path, item)| (path.clone(), methods(item, document))).collect())
    }

    /// The names that a route knows; none if the document does not hold the route.
    fn known(&self, path: &str, method: &Method) -> Option<&HashSet<String>> {
        let method = if *method == Method::HEAD { &Method::GET } else { method };
        self.0.get(path)?.get(method)
    }
}

fn methods(item: &PathItem, document: &OpenApi) -> HashMap<Method, HashSet<String>> {
    let operations = [
        (Method::GET, &item.get),
        (Method::POST, &item.post),
        (Method::PUT, &item.put),
        (Method::PATCH, &item.patch),
        (Method::DELETE, &item.delete),
    ];
    let present =
        operations.into_iter().filter_map(|(method, operation)| Some((method, operation.as_ref()?)));
    present.map(|(method, operation)| (method, names(item, operation, document))).collect()
}

fn names(item: &PathItem, operation: &Operation, document: &OpenApi) -> HashSet<String> {
    let all = item.parameters.iter().flatten().chain(operation.parameters.iter().flatten());
    all.filter_map(|parameter| resolved(parameter, document))
        .filter(|parameter| parameter.parameter_in == ParameterIn::Query)
        .map(|parameter| parameter.name.clone())
        .collect()
}

fn resolved<'a>(parameter: &'a RefOr<Parameter>, document: &'a OpenApi) -> Option<&'a Parameter> {
    match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(reference) => {
            let name = reference.ref_location.rsplit('/').next()?;
            match document.components.as_ref()?.parameters.get(name)? {
                RefOr::T(parameter) => Some(parameter),
                RefOr::Ref(_) => None,
            }
        }
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
