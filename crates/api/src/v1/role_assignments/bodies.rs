//! A role assignment's JSON.

use garde::Validate;
use polity_app::Listing;
use polity_app::role_assignments::{AssignmentView, NewAssignment};
use polity_domain::ids::{OrganizationId, RoleAssignmentId};
use polity_domain::roles::{Condition, RoleAssignment};
use polity_web::Problem;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::v1::common::{RoleRef, Timestamp, organization_name, role_name};
use crate::v1::principals::{PrincipalBody, ResourceBody};

/// The path of one role assignment.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct RoleAssignmentPath {
    /// The organization's id
    #[param(value_type = String, example = "org_01h455vb4pex5vsknk084sn02q")]
    pub organization_id: OrganizationId,
    /// The assignment's id
    #[param(value_type = String, example = "asgn_01h455vb4pex5vsknk084sn02q")]
    pub role_assignment_id: RoleAssignmentId,
}

/// On what a role assignment depends: where it is not met, or cannot be evaluated, the role does not count.
#[derive(Debug, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ConditionBody {
    /// Its display name
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    #[schema(example = "Small amounts", max_length = 100)]
    pub title: Option<String>,
    /// A boolean expression in Cedar, of what policies can look at: `principal`, `action`, `resource` and `context`
    #[garde(length(bytes, min = 1, max = 1024))]
    #[schema(
        min_length = 1,
        max_length = 1024,
        example = "context.number.hasTag(\"amount\") && context.number.getTag(\"amount\") <= 1000"
    )]
    pub expression: String,
}

impl From<Condition> for ConditionBody {
    fn from(condition: Condition) -> Self {
        Self { title: condition.title, expression: condition.expression }
    }
}

/// Who holds a role, where.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoleAssignmentBody {
    /// The resource name
    #[schema(
        example = "organizations/org_01h455vb4pex5vsknk084sn02q/role-assignments/asgn_01h455vb4pex5vsknk084sn02q"
    )]
    pub name: String,
    /// The id
    #[schema(example = "asgn_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// Who holds it
    pub principal: PrincipalBody,
    /// The resource name of the role
    #[schema(example = "organizations/org_01h455vb4pex5vsknk084sn02q/roles/role_00000000000000000000000003")]
    pub role: String,
    /// Only on this resource; absent: on the whole organization
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<ResourceBody>,
    /// When it ends by itself
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expire_time: Option<Timestamp>,
    /// Only where this is met; absent: whatever the circumstances
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<ConditionBody>,
    /// When it was made
    pub create_time: Timestamp,
}

impl From<RoleAssignment> for RoleAssignmentBody {
    fn from(assignment: RoleAssignment) -> Self {
        let organization = assignment.organization_id;
        Self {
            name: format!("{}/role-assignments/{}", organization_name(organization), assignment.id),
            id: assignment.id.to_string(),
            principal: assignment.principal.into(),
            role: role_name(organization, assignment.role_id),
            resource: assignment.resource.map(Into::into),
            expire_time: assignment.expire_time.map(Into::into),
            condition: assignment.condition.map(|condition| (*condition).into()),
            create_time: assignment.create_time.into(),
        }
    }
}

/// A page of role assignments.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoleAssignmentList {
    /// The assignments
    role_assignments: Vec<RoleAssignmentBody>,
    /// For the next page; absent on the last
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
    /// How many there are in all, with `show_total`
    #[serde(skip_serializing_if = "Option::is_none")]
    total_size: Option<u64>,
}

impl From<Listing<AssignmentView>> for RoleAssignmentList {
    fn from(page: Listing<AssignmentView>) -> Self {
        Self {
            role_assignments: page.items.into_iter().map(|(assignment, _)| assignment.into()).collect(),
            next_page_token: page.next_page_token,
            total_size: page.total_size,
        }
    }
}

/// Who is to hold which role on what.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct NewRoleAssignmentBody {
    /// Who: a member, group or service account of the organization, or an API key of it or of one above it
    #[garde(dive)]
    principal: PrincipalBody,
    /// Which role, by id or resource name
    #[garde(skip)]
    role: RoleRef,
    /// Only on this workspace or resource of the application; absent, or the organization itself: on all of it
    #[serde(default)]
    #[garde(dive)]
    resource: Option<ResourceBody>,
    /// When it ends by itself
    #[serde(default)]
    #[garde(skip)]
    expire_time: Option<Timestamp>,
    /// Only where this is met; absent: whatever the circumstances. Not for Owner
    #[serde(default)]
    #[garde(dive)]
    condition: Option<ConditionBody>,
}

impl NewRoleAssignmentBody {
    /// What is to be made; `place` is the JSON pointer of this body.
    pub fn read(self, place: &str) -> Result<NewAssignment, Problem> {
        Ok(NewAssignment {
            principal: self.principal.read(place)?,
            role: self.role.0,
            resource: self.resource.map(Into::into),
            expire_time: self.expire_time.map(|time| time.0),
            condition: self
                .condition
                .map(|condition| Condition { title: condition.title, expression: condition.expression }),
        })
    }
}
