//! What the source documents print as examples of parameters that all lists share: such an example is of one
//! operation, and the parameter's type is of all.

use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder};
use utoipa::openapi::{OpenApi, RefOr, Schema};

/// An operation, its parameter, and what may stand there.
const PRINTED: &[(&str, &str, &[&str])] = &[
    // Source document 004.
    ("list_my_organizations", "filter", &["title='My Organization'"]),
    ("list_users", "filter", &["role=\"Organization Admin\"", "role_scope=organization", "search:\"john\""]),
    ("list_users", "order_by", &["display_name,created_time desc"]),
];

/// Puts the examples where they are printed: the first beside the parameter, all of them into its schema.
pub(crate) fn add(document: &mut OpenApi) {
    for operation in document.paths.paths.values_mut().filter_map(|item| item.get.as_mut()) {
        for (id, name, examples) in PRINTED {
            if operation.operation_id.as_deref() == Some(id) {
                parameter(operation, name).for_each(|parameter| put(parameter, examples));
            }
        }
    }
}

fn parameter<'a>(operation: &'a mut Operation, name: &'a str) -> impl Iterator<Item = &'a mut Parameter> {
    let parameters = operation.parameters.iter_mut().flatten().filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    });
    parameters.filter(move |parameter| parameter.name == name)
}

fn put(parameter: &mut Parameter, examples: &[&str]) {
    if let Some(RefOr::T(Schema::Object(schema))) = &mut parameter.schema {
        schema.examples = examples.iter().map(|example| (*example).into()).collect();
    }
    let first = examples.first().map(|first| (*first).into());
    *parameter = ParameterBuilder::from(parameter.clone()).example(first).build();
}
