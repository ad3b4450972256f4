//! The question the product exists for: may this principal do this here, and why?

mod asking;
mod bundling;
mod conditional;
mod explaining;
mod following;
mod listing;
mod many;
mod narrowing;
mod past;
mod public;
mod scopes;
mod searching;
mod staleness;
mod two_ways;
mod unused;
mod uses;
