//! The access log: who signed in and who asked what, told by the door, written in batches by the worker.

mod list;
mod recorder;
mod write;

pub use list::{LogEntry, list};
pub use recorder::{Denied, Recorder, Seen, SignIn, Told};
pub use write::flush;
