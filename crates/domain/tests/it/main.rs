//! The domain as those who embed it see it.
#![cfg(test)]

mod access;
mod explain;
mod fold;
mod formats;
mod invitations;
mod listing;
mod listing_meaning;
mod merkle;
mod moves;
mod world;
