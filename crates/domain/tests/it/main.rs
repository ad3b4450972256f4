//! The domain as those who embed it see it.
#![cfg(test)]

mod access;
mod acting;
mod api_keys;
mod audit;
mod bundle;
#[cfg(feature = "cedar")]
mod conditions;
mod consumption;
mod explain;
mod fold;
mod formats;
mod grants;
mod groups;
mod invitations;
mod invite_links;
mod leaf;
mod limits;
mod listing;
mod listing_meaning;
mod membership_requests;
mod merkle;
mod moves;
mod organizations;
#[cfg(feature = "cedar")]
mod policies;
#[cfg(not(feature = "cedar"))]
mod policies_without_cedar;
mod public;
mod resources;
mod roles;
mod settings;
mod shortcuts;
mod standing;
mod support_access;
mod uses;
mod workspaces;
mod world;
