//! `GET /v1/organisations/{organisationId}/user-actions`

use std::collections::BTreeMap;

use axum::Json;
use polity_app::audit::{UserAction, UserActionPage, UserActionQuery, user_actions};
use polity_domain::audit::{KNOWN, Level, OPERATIONS};
use polity_domain::time::Time;
use polity_web::{At, Caller, Params, Problem, Problems};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use super::path::OrganisationPath;
use crate::v1::common::Timestamp;

/// What the document lets one ask.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UserActionParams {
    /// Number of records to return per page
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 1000, default = 10, example = 50)]
    page_size: Option<PageSize>,
    /// Starting index for the records to return, useful for pagination. e.g. 10 will return records starting from 11
    #[serde(default)]
    #[param(value_type = Option<i32>, minimum = 0, default = 0, example = 10)]
    record_index: Option<RecordIndex>,
    /// Filter results by types of actions. Multiple actions are allowed, repeated or with commas. Invalid value will be
    /// ignored
    #[serde(default)]
    #[param(value_type = BTreeSet<ActionKind>, required = false, inline, example = json!(["LINK_ACCOUNT"]))]
    action_kinds: Vec<String>,
    /// Keyword in the action description
    #[serde(default)]
    #[param(example = "update")]
    description_keyword: Option<String>,
    /// Account ID or name
    #[serde(default)]
    #[param(example = "773e542f-30f7-4d23-a650-69133bedca78")]
    account: Option<String>,
    /// Cluster Id: by which a product recorded what it did
    #[serde(default)]
    #[param(example = "2f02e54a-26cd-4929-a24f-c72922b763df")]
    cluster_id: Option<String>,
    /// Operation type in CRUD form, repeated or with commas. Invalid value will be ignored
    #[serde(default)]
    #[param(value_type = BTreeSet<CrudOperation>, required = false, inline,
        example = json!(["ORG_LEVEL_USER_ACTIONS_CREATE"]))]
    crud_operations: Vec<String>,
    /// Username: a part of the name or address of a member, or the id of whoever did it
    #[serde(default)]
    #[param(example = "john")]
    user_name: Option<String>,
    /// Start timestamp in milliseconds since epoch or ISO formatted date and time
    #[serde(default)]
    #[param(value_type = Option<String>, example = "2023-11-05T13:15:30Z")]
    start_time: Option<Moment>,
    /// End timestamp in milliseconds since epoch or ISO formatted date and time
    #[serde(default)]
    #[param(value_type = Option<String>, example = "2023-11-05T13:15:30Z")]
    end_time: Option<Moment>,
    /// If set to true, the response will include counts of each action type
    #[serde(default)]
    #[param(default = true)]
    get_action_counts: Option<bool>,
    /// If set to true, the response will include only logs related to the organization
    #[serde(default)]
    #[param(default = false)]
    organisation_logs_only: Option<bool>,
    /// If set to true, the response will include only logs related to the accounts
    #[serde(default)]
    #[param(default = false)]
    account_logs_only: Option<bool>,
}

/// `integer <int32> [ 1 .. 1000 ]`
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "i32")]
struct PageSize(u64);

/// `integer <int32> >= 0`
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "i32")]
struct RecordIndex(u64);

impl TryFrom<i32> for PageSize {
    type Error = &'static str;

    fn try_from(size: i32) -> Result<Self, &'static str> {
        let size = u64::try_from(size).ok().filter(|size| (1..=1_000).contains(size));
        size.map(Self).ok_or("must be from 1 to 1000")
    }
}

impl TryFrom<i32> for RecordIndex {
    type Error = &'static str;

    fn try_from(index: i32) -> Result<Self, &'static str> {
        u64::try_from(index).map(Self).map_err(|_| "must not be negative")
    }
}

/// Milliseconds since the epoch, or ISO 8601.
#[derive(Debug, Clone, Copy)]
struct Moment(Time);

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let millis = text.parse::<i64>().ok().map(|millis| millis.checked_mul(1_000).map(Time));
        let time = millis.unwrap_or_else(|| Time::parse_iso(&text));
        let expected =
            "must be milliseconds since the epoch, or an ISO 8601 time such as 2023-11-05T13:15:30Z";
        time.map(Self).ok_or_else(|| D::Error::custom(expected))
    }
}

/// A name of the domain's, as the document describes it.
macro_rules! names {
    ($($(#[$doc:meta])* $name:ident($names:expr);)*) => {$(
        $(#[$doc])*
        enum $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let text = ObjectBuilder::new().schema_type(SchemaType::new(Type::String));
                text.enum_values(Some($names)).into()
            }
        }

        impl ToSchema for $name {}
    )*};
}

names! {
    /// A kind of actions.
    ActionKind(KNOWN.iter().map(|known| known.name));
    /// A type of operations.
    CrudOperation(OPERATIONS.iter().map(|(name, _, _)| *name));
}

impl From<UserActionParams> for UserActionQuery {
    fn from(params: UserActionParams) -> Self {
        Self {
            page_size: params.page_size.map_or(10, |size| size.0),
            record_index: params.record_index.map_or(0, |index| index.0),
            kinds: split(&params.action_kinds),
            keyword: params.description_keyword,
            account: params.account,
            cluster: params.cluster_id,
            operations: split(&params.crud_operations),
            user_name: params.user_name,
            start: params.start_time.map(|moment| moment.0),
            end: params.end_time.map(|moment| moment.0),
            counts: params.get_action_counts.unwrap_or(true),
            organization_only: params.organisation_logs_only.unwrap_or(false),
            accounts_only: params.account_logs_only.unwrap_or(false),
        }
    }
}

/// An array is written by repeating its name, or with commas, or both.
fn split(values: &[String]) -> Vec<String> {
    values.iter().flat_map(|value| value.split(',')).map(str::to_owned).collect()
}

/// A page of user actions
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserActions {
    /// How many there are in all
    #[schema(example = 1)]
    total_results: u64,
    /// The index of the first record of the page
    #[schema(example = 0)]
    start_index: u64,
    /// How many records a page has at most
    #[schema(example = 10)]
    items_per_page: u64,
    /// The records, the newest first
    resources: Vec<UserActionRecord>,
    /// How many there are of each action type; absent with `getActionCounts=false`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = json!({"LINK_ACCOUNT": 1}))]
    action_counts: Option<BTreeMap<String, u64>>,
}

/// Something that was done
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserActionRecord {
    /// What; Polity's own kind or a product's where the document has no name for it
    #[schema(example = "LINK_ACCOUNT")]
    action: String,
    /// Whether it is the organization's or an account's
    domain_type: DomainType,
    /// In a sentence
    #[schema(example = "Organization \"Acme Production\" was created")]
    description: String,
    /// The address of the member who did it; of others the id, and `system` for Polity itself
    #[schema(example = "john.doe@example.com")]
    user_name: String,
    /// The id of the account that it happened to; absent for what is the organization's own
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "org_01h455vb4pex5vsknk084sn03r")]
    account_id: Option<String>,
    /// What a product did it to, by the product's own id
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2f02e54a-26cd-4929-a24f-c72922b763df")]
    cluster_id: Option<String>,
    /// When
    timestamp: Timestamp,
}

/// Whose an action is
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DomainType {
    /// The organization's
    Organisation,
    /// An account's
    Account,
}

impl From<UserAction> for UserActionRecord {
    fn from(action: UserAction) -> Self {
        Self {
            action: action.action,
            domain_type: match action.level {
                Level::Organization => DomainType::Organisation,
                Level::Account => DomainType::Account,
            },
            description: action.description,
            user_name: action.user_name,
            account_id: action.account.map(|account| account.to_string()),
            cluster_id: action.cluster,
            timestamp: action.time.into(),
        }
    }
}

/// Get user actions
///
/// Get user actions for the organization and its linked accounts, the newest first.
#[utoipa::path(get, path = "/v1/organisations/{organisationId}/user-actions", operation_id = "list_user_actions",
    tag = "Source document 002", params(OrganisationPath, UserActionParams),
    security(("basic" = []), ("api_key" = []), ("bearer" = [])),
    responses((status = 200,
        description = "Successfully retrieved the user actions for the organization and its linked accounts",
        body = Vec<UserActions>), Problems))]
pub async fn list_user_actions(
    Caller(op): Caller,
    At(at): At<OrganisationPath>,
    Params(params): Params<UserActionParams>,
) -> Result<Json<Vec<UserActions>>, Problem> {
    let query = UserActionQuery::from(params);
    let UserActionPage { total, actions, counts } = user_actions(&op, at.organization()?, &query).await?;
    Ok(Json(vec![UserActions {
        total_results: total,
        start_index: query.record_index,
        items_per_page: query.page_size,
        resources: actions.into_iter().map(Into::into).collect(),
        action_counts: counts,
    }]))
}
