//! What all routes have in common, held against every operation of the OpenAPI document.

mod conditions;
mod problems;
mod requests;
