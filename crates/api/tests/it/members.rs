//! Members: adding, changing, removing, leaving, and the ownership that is always somebody's.

mod adding;
mod batches;
mod changing;
mod owning;
mod removing;
mod seeing;
mod transferring;
