//! The domain as those who embed it see it.

mod formats;
mod listing;
mod listing_meaning;
mod merkle;
