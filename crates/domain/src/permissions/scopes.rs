//! What a token is limited to (the scopes of RFC 6749, section 3.3).

use std::collections::BTreeSet;

use super::registered::is_name_part;

/// How many a token can have.
const MOST: usize = 100;

/// What a token is limited to: permissions by their names, or `resource.*` for all of a resource. They give nothing: what
/// is allowed is what the token's subject may do, as far as it is within them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scopes {
    permissions: BTreeSet<String>,
    /// Of which all are within.
    resources: BTreeSet<String>,
}

/// One of the scopes is none, or they are too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct InvalidScope {
    /// Which; none: all of them.
    pub index: Option<usize>,
    /// What is wrong.
    pub detail: &'static str,
}

impl Scopes {
    /// Reads them. A name that no permission has is a scope like others: what it names may be registered later.
    /// None of them at all is a token that may do nothing.
    pub fn read(scopes: Vec<String>) -> Result<Self, InvalidScope> {
        if scopes.len() > MOST {
            return Err(InvalidScope { index: None, detail: "can be at most 100" });
        }
        let mut all = Self::default();
        for (index, scope) in scopes.into_iter().enumerate() {
            let malformed =
                InvalidScope { index: Some(index), detail: "must be `resource.action` or `resource.*`" };
            let (resource, action) = scope.split_once('.').ok_or(malformed)?;
            if !is_name_part(resource) {
                return Err(malformed);
            }
            if action == "*" {
                all.resources.insert(resource.to_owned());
            } else if is_name_part(action) {
                all.permissions.insert(scope);
            } else {
                return Err(malformed);
            }
        }
        Ok(all)
    }

    /// Whether a permission is within them.
    pub fn hold(&self, permission: &str) -> bool {
        let resource = permission.split_once('.').map_or(permission, |(resource, _)| resource);
        self.permissions.contains(permission) || self.resources.contains(resource)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scopes(names: &[&str]) -> Result<Scopes, InvalidScope> {
        Scopes::read(names.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn a_scope_is_a_permission_or_all_of_a_resource() {
        let some = scopes(&["members.read", "invoices.*"]).unwrap();
        for (name, within) in [
            ("members.read", true),
            ("members.add", false),
            ("invoices.read", true),
            ("invoices", true),
            ("invoice.read", false),
            ("invoicesx.read", false),
        ] {
            assert_eq!(some.hold(name), within, "{name}");
        }
        assert!(!scopes(&[]).unwrap().hold("members.read"));
    }

    #[test]
    fn what_is_no_scope_is_refused_by_its_place() {
        for name in [
            "",
            "members",
            "*",
            "*.*",
            ".read",
            "members.",
            "members.re*",
            "Members.read",
            "a.b.c",
            "a b.c",
            "é.read",
        ] {
            assert_eq!(scopes(&["members.read", name]).unwrap_err().index, Some(1), "{name}");
        }
        assert_eq!(scopes(&["members.read"; 101]).unwrap_err().index, None);
    }
}
