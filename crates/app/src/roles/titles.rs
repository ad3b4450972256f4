//! What roles are called.

use polity_domain::ids::RoleId;
use polity_domain::roles::BuiltIn;
use polity_store::Reader;

use crate::AppError;

/// The titles of roles that can be held in the reader's organization, in order; one that is gone is left out.
pub(crate) async fn titles(reader: &Reader, roles: &[RoleId]) -> Result<Vec<String>, AppError> {
    let owners: Vec<_> = reader.snapshot().reaching(reader.organization()).collect();
    let mut titles = Vec::with_capacity(roles.len());
    for role in roles {
        match BuiltIn::from_id(*role) {
            Some(built_in) => titles.push(built_in.title().to_owned()),
            None => titles.extend(reader.roles().get(*role, &owners).await?.map(|(role, _)| role.title)),
        }
    }
    Ok(titles)
}
