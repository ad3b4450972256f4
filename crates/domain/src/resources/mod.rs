//! An application's resources, as far as it tells what stands below what: a document in a project, a project in a
//! workspace. A role that is held on one reaches what is below it.

use serde::{Deserialize, Serialize};

use crate::ids::{OrganizationId, ResourceId};
use crate::roles::ResourceRef;
use crate::time::Time;

/// Of so many resources one stands below another at most; a workspace above them does not count.
pub const MAX_LEVELS: usize = 8;
/// The most characters of an application's id of a resource.
pub const MAX_ID_CHARS: usize = 255;

/// A resource of an application that is registered, with its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// The id that Polity gave its place; nobody else needs it.
    pub id: ResourceId,
    /// The organization that it belongs to, for ever.
    pub organization_id: OrganizationId,
    /// What it is to the application: of which type, and the application's own id for it.
    pub resource: ResourceRef,
    /// What it stands below: a workspace or another resource of the organization; none: the organization itself.
    pub parent: Option<ResourceRef>,
    /// Whether roles that are held on what is above it reach it and what is below it. Those of the whole organization
    /// always do.
    pub inherits_roles: bool,
    /// When it was registered.
    pub create_time: Time,
    /// When its place was last changed.
    pub update_time: Time,
}

impl Resource {
    /// The resource in another place.
    #[must_use]
    pub fn placed(&self, parent: Option<ResourceRef>, inherits_roles: bool, now: Time) -> Self {
        let after = Self { parent, inherits_roles, ..self.clone() };
        if after == *self { after } else { Self { update_time: now, ..after } }
    }
}

/// An id that no resource can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to {MAX_ID_CHARS} characters, none of them a control character")]
pub struct InvalidResourceId;

/// Checks an application's own id of a resource.
pub fn check_id(id: &str) -> Result<(), InvalidResourceId> {
    let fits = !id.is_empty() && id.chars().count() <= MAX_ID_CHARS && !id.contains(char::is_control);
    if fits { Ok(()) } else { Err(InvalidResourceId) }
}

/// Why a resource cannot stand there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlaceRefused {
    /// The parent is no living workspace of the organization, and no registered resource of it that is there.
    #[error("is neither a living workspace of this organization nor a registered resource of it")]
    NoParent,
    /// The parent is the resource itself, or stands below it.
    #[error("a resource cannot stand below itself")]
    Cycle,
    /// It, or something below it, would stand too deep.
    #[error("at most {MAX_LEVELS} levels of resources may stand below one another")]
    TooDeep,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_the_applications_own() {
        let long = "ä".repeat(MAX_ID_CHARS);
        for id in ["42", "a/b", "Ünïcode ✓", " ", "..", "%2F", long.as_str()] {
            assert_eq!(check_id(id), Ok(()), "{id}");
        }
        for id in ["", "a\nb", "a\0b", &format!("{long}x")] {
            assert_eq!(check_id(id), Err(InvalidResourceId), "{id}");
        }
    }

    #[test]
    fn where_nothing_changes_no_time_does() {
        let resource = |id: &str| ResourceRef { kind: "documents".to_owned(), id: id.to_owned() };
        let before = Resource {
            id: ResourceId::from_uuid(uuid::Uuid::from_u128(1)),
            organization_id: OrganizationId::ROOT,
            resource: resource("1"),
            parent: Some(resource("2")),
            inherits_roles: true,
            create_time: Time(1),
            update_time: Time(1),
        };
        assert_eq!(before.placed(Some(resource("2")), true, Time(5)), before);
        for (parent, inherits) in [(None, true), (Some(resource("3")), true), (Some(resource("2")), false)] {
            let after = before.placed(parent.clone(), inherits, Time(5));
            assert_eq!((after.parent, after.inherits_roles, after.update_time), (parent, inherits, Time(5)));
        }
    }
}
