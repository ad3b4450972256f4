//! Registering, signing in and out.

mod passwords;
mod registering;
mod sessions;
