//! The rooms that the story has not been in: in each of them what it is for, with the people who are there.

mod access_log;
mod consumption;
mod customizations;
mod groups;
mod invite_links;
mod lifecycle;
mod limits;
mod membership_requests;
mod preferences;
mod service_accounts;
mod settings;
mod support_access_grants;
mod tags;
mod workspaces;

use anyhow::Result;

use super::people::People;
use super::stage::{Actor, Stage};

/// `key` is that of the customer's product.
pub async fn tell(stage: &mut Stage, people: &People, key: &Actor) -> Result<()> {
    groups::tell(people).await?;
    let treasury = workspaces::tell(people).await?;
    tags::tell(people, &treasury).await?;
    service_accounts::tell(stage, people).await?;
    let rosa = invite_links::tell(stage, people).await?;
    membership_requests::tell(stage, people, &rosa).await?;
    settings::tell(people).await?;
    customizations::tell(people).await?;
    limits::tell(people).await?;
    preferences::tell(people).await?;
    let grant = support_access_grants::tell(people).await?;
    access_log::tell(people, &grant).await?;
    consumption::tell(people, key).await?;
    lifecycle::tell(people, key).await
}
