//! Applications' resources.

use polity_testkit::json;

use super::{Case, Need, change, read};

pub const CASES: &[Case] = &[
    read("list_resources", "resources.read"),
    Case { need: Need::Resource, ..read("get_resource", "resources.read") },
    Case {
        need: Need::NewResource,
        body: Some(|_, _| json!({})),
        success: 201,
        ..change("put_resource", "resources.register", &["resource.created"])
    },
    Case {
        need: Need::Resource,
        success: 204,
        ..change("delete_resource", "resources.register", &["resource.deleted"])
    },
];
