use polity_testkit::json;

use super::{Case, Need, change, seen};

pub const CASES: &[Case] = &[
    seen("list_tags"),
    Case {
        body: Some(|_, _| json!({"title": "On call", "color": "#1f6feb"})),
        success: 201,
        ..change("create_tag", "tags.create", &["tag.created"])
    },
    Case { need: Need::Tag, ..seen("get_tag") },
    Case {
        need: Need::Tag,
        body: Some(|_, _| json!({"description": "Reachable at night"})),
        ..change("update_tag", "tags.update", &["tag.updated"])
    },
    Case { need: Need::Tag, success: 204, ..change("delete_tag", "tags.delete", &["tag.deleted"]) },
    Case {
        need: Need::Tag,
        body: Some(|_, tag| json!({"resources": [{"type": "member", "id": tag.other}]})),
        success: 204,
        ..change("attach_tag", "tags.attach", &["tag.attached"])
    },
    Case {
        need: Need::AttachedTag,
        body: Some(|_, tag| json!({"resources": [{"type": "member", "id": tag.other}]})),
        success: 204,
        ..change("detach_tag", "tags.attach", &["tag.detached"])
    },
    Case { need: Need::Tag, ..seen("list_tag_resources") },
];
