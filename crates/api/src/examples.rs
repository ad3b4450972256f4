//! What the source documents print as examples of parameters that all lists share: such an example is of one
//! operation, and the parameter's type is of all.

use serde_json::{Value, json};
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder};
use utoipa::openapi::{OpenApi, RefOr, Schema};

/// Operations, their parameters, and what may stand there.
fn printed() -> [(&'static str, &'static str, Vec<Value>); 3] {
    let roles = ["role=\"Organization Admin\"", "role_scope=organization", "search:\"john\""];
    [
        ("list_my_organizations", "filter", vec![json!("title='My Organization'")]),
        ("list_users", "filter", roles.map(Value::from).to_vec()),
        ("list_users", "order_by", vec![json!("display_name,created_time desc")]),
    ]
}

/// Puts the examples where they are printed: the first beside the parameter, all of them into its schema.
pub(crate) fn add(document: &mut OpenApi) {
    let printed = printed();
    for operation in document.paths.paths.values_mut().filter_map(|item| item.get.as_mut()) {
        for (id, name, examples) in &printed {
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

fn put(parameter: &mut Parameter, examples: &[Value]) {
    if let Some(RefOr::T(Schema::Object(schema))) = &mut parameter.schema {
        schema.examples = examples.to_vec();
    }
    *parameter = ParameterBuilder::from(parameter.clone()).example(examples.first().cloned()).build();
}
