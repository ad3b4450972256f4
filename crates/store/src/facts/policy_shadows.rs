//! What policies that are not enforced would have denied.

use polity_domain::ids::PolicyId;
use polity_domain::time::Time;
use sea_orm::{ConnectionTrait, Statement};

use crate::convert::signed;
use crate::policies::Shadow;
use crate::{Store, StoreError};

/// Adds to what was counted for the same version of the policy, and takes the place of what was counted for an
/// earlier one. A policy that is gone meanwhile has nothing to be counted.
const ADD: &str = "INSERT INTO policy_shadows \
    (policy_id, organization_id, version_time, denials, failures, last_time) \
    SELECT p.id, p.organization_id, $1, $2, $3, $4 FROM policies p WHERE p.id = $5 \
    ON CONFLICT (policy_id) DO UPDATE SET \
    denials = excluded.denials + CASE WHEN policy_shadows.version_time = excluded.version_time \
        THEN policy_shadows.denials ELSE 0 END, \
    failures = excluded.failures + CASE WHEN policy_shadows.version_time = excluded.version_time \
        THEN policy_shadows.failures ELSE 0 END, \
    last_time = CASE WHEN policy_shadows.last_time > excluded.last_time \
        THEN policy_shadows.last_time ELSE excluded.last_time END, \
    version_time = excluded.version_time \
    WHERE policy_shadows.version_time <= excluded.version_time";

impl Store {
    /// Adds to what policies would have denied: all of it or nothing.
    pub async fn note_policy_shadows(&self, noted: &[(PolicyId, Shadow)]) -> Result<(), StoreError> {
        // In order: two batches at a time never wait for each other in a circle.
        let mut noted = noted.to_vec();
        noted.sort_unstable_by_key(|(policy, shadow)| (*policy, shadow.version_time));
        let tx = self.begin_alone().await?;
        for (policy, shadow) in noted {
            let Time(version) = shadow.version_time;
            let Time(last) = shadow.last_time;
            let values = [
                version.into(),
                signed(shadow.denials).into(),
                signed(shadow.failures).into(),
                last.into(),
                policy.uuid().into(),
            ];
            let add = Statement::from_sql_and_values(tx.get_database_backend(), ADD, values);
            tx.execute_raw(add).await?;
        }
        Ok(tx.commit().await?)
    }
}
