//! What may stand in an organization's fields: every rule of the domain, and every mistake at once.

use std::collections::BTreeMap;
use std::fmt::Display;

use polity_domain::organizations::{check_external_id, check_kind, check_labels};
use polity_domain::text::{Slug, Title};

use crate::{AppError, FieldError, Op};

/// What a new organization is to be, as a door read it.
#[derive(Debug, Clone, Default)]
pub struct NewOrganization {
    /// The display name.
    pub title: String,
    /// The name in URLs; none: made from the title.
    pub slug: Option<String>,
    /// The customer's own id for it.
    pub external_id: Option<String>,
    /// What it is to the product; none: `tenant` at the top, else `organization`.
    pub kind: Option<String>,
    /// Where it is provisioned; none: here.
    pub region: Option<String>,
    /// Free labels.
    pub labels: BTreeMap<String, String>,
}

impl NewOrganization {
    /// Checks every field.
    pub(super) fn check(&self, op: &Op) -> Result<(), AppError> {
        let mut faults = Faults::default();
        faults.check("/title", Title::parse(&self.title));
        if let Some(slug) = &self.slug {
            faults.check("/slug", Slug::parse(slug));
        }
        if let Some(id) = &self.external_id {
            faults.check("/external_id", check_external_id(id));
        }
        if let Some(kind) = &self.kind {
            faults.check("/kind", check_kind(kind));
        }
        faults.check("/labels", check_labels(&self.labels));
        let here = &op.settings().region;
        let elsewhere = self.region.as_ref().is_some_and(|region| region != here);
        faults.check(
            "/region",
            if elsewhere { Err(format!("must be `{here}`, this service's region")) } else { Ok(()) },
        );
        faults.end()
    }
}

/// The fields that are wrong.
#[derive(Default)]
pub(crate) struct Faults(Vec<FieldError>);

impl Faults {
    /// Notes a field that is wrong.
    pub fn check<T, E: Display>(&mut self, field: &str, checked: Result<T, E>) {
        if let Err(error) = checked {
            self.0.push(FieldError {
                field: field.to_owned(),
                code: "invalid_value",
                detail: error.to_string(),
            });
        }
    }

    /// 400 with all of them, if there are any.
    pub fn end(self) -> Result<(), AppError> {
        let Some(first) = self.0.first() else { return Ok(()) };
        let error = AppError::invalid(first.field.clone(), first.code, first.detail.clone());
        Err(AppError { fields: self.0, ..error })
    }
}
