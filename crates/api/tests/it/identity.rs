//! Registering, signing in and out.

mod bootstrapping;
mod passwords;
mod registering;
mod sessions;
