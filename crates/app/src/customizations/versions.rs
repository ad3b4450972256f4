//! Listing versions.

use polity_domain::ids::OrganizationId;
use polity_domain::listing::{Fact, Field, Fields, Kind, Record};
use polity_domain::permissions::CUSTOMIZATIONS_READ;
use polity_store::customizations::VersionSummary;

use crate::op::Listed;
use crate::{AppError, ListParams, Listing, Op, in_memory};

/// The fields of a filter.
const FIELDS: Fields = Fields::new(&[
    Field::new("version", Kind::Number),
    Field::new("restored_version", Kind::Number),
    Field::new("create_time", Kind::Time),
]);

/// The fields of an order: versions come one after the other.
const SORTABLE: &[&str] = &["create_time", "version"];

/// A version with the text by which pages go on.
struct Row {
    key: String,
    version: VersionSummary,
}

impl Record for Row {
    fn value(&self, field: &str, _: Option<&str>) -> Fact<'_> {
        match field {
            "version" => Fact::Number(self.version.version.into()),
            "restored_version" => self.version.restored_version.map(i64::from).into(),
            "create_time" => self.version.create_time.into(),
            _ => Fact::Missing,
        }
    }
}

/// The versions that are kept, the newest first.
#[tracing::instrument(name = "customizations.versions", skip_all, fields(%organization))]
pub async fn versions(
    op: &Op,
    organization: OrganizationId,
    params: &ListParams,
) -> Result<Listing<VersionSummary>, AppError> {
    let reader = op.read(CUSTOMIZATIONS_READ, organization).await?;
    let listed = Listed {
        name: "customizations.versions",
        organization: Some(organization),
        fields: &FIELDS,
        sortable: SORTABLE,
    };
    let kept = reader.customizations().versions().await?;
    let rows = kept.into_iter().map(|version| Row { key: format!("{:010}", version.version), version });
    let page = in_memory::page(op, &listed, params, rows.collect(), |row| &row.key)?;
    Ok(page.map(|row| row.version))
}
