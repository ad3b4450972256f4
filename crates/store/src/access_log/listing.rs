//! What the access log can be filtered by. It is ordered by time, the newest first.

use polity_domain::ids::{AccessLogEntryId, ApiKeyId, RequestId, SupportAccessGrantId, UserId};
use polity_domain::listing::{Field, Fields, Kind};
use sea_orm::sea_query::SimpleExpr;

use super::ACTIONS;
use super::row::{Column, Entity};
use crate::StoreError;
use crate::listing::{Comparison, Listed, unknown_field};

/// The fields of a filter.
pub const FIELDS: Fields = Fields::new(&[
    Field::new("id", Kind::Id(AccessLogEntryId::PREFIX)),
    Field::new("time", Kind::Time),
    Field::new("user", Kind::Id(UserId::PREFIX)),
    Field::new("api_key", Kind::Id(ApiKeyId::PREFIX)),
    Field::new("support_access_grant", Kind::Id(SupportAccessGrantId::PREFIX)),
    Field::new("action", Kind::Enumeration(ACTIONS)),
    Field::new("status", Kind::Enumeration(&["SUCCESS", "FAILURE"])),
    Field::new("method", Kind::Text),
    Field::new("route", Kind::Text),
    Field::new("http_status", Kind::Number),
    Field::new("ip", Kind::Text),
    Field::new("request_id", Kind::Id(RequestId::PREFIX)),
]);

/// The fields of an order: none but the one it has.
pub const SORTABLE: &[&str] = &[];

impl Listed for Entity {
    const ID: Column = Column::Id;

    fn sort_column(field: &str) -> Option<Column> {
        (field == "create_time").then_some(Column::CreateTime)
    }

    fn compare(comparison: &Comparison<'_>) -> Result<SimpleExpr, StoreError> {
        match comparison.field {
            "id" => comparison.scalar(Column::Id),
            "time" => comparison.scalar(Column::CreateTime),
            "user" => comparison.scalar((Entity, Column::UserId)),
            "api_key" => comparison.scalar(Column::ApiKeyId),
            "support_access_grant" => comparison.scalar(Column::SupportAccessGrantId),
            "action" => comparison.scalar(Column::Action),
            "status" => comparison.scalar(Column::Status),
            "method" => comparison.ascii(Column::Method),
            "route" => comparison.ascii(Column::Route),
            "http_status" => comparison.scalar(Column::HttpStatus),
            "ip" => comparison.ascii(Column::IpAddress),
            "request_id" => comparison.scalar(Column::RequestId),
            other => Err(unknown_field(other)),
        }
    }
}
