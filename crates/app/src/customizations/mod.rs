//! How an organization looks and what its mail says.

mod change;
mod get;
mod look;
mod preview;
mod rollback;
mod update;
mod versions;
mod view;

pub(crate) use change::Draft;
pub use get::get;
pub(crate) use look::restyled;
pub use look::{Look, restyle};
pub use polity_store::customizations::VersionSummary;
pub use preview::{CustomizationsPreview, PreviewedMail, preview};
pub use rollback::rollback;
pub use update::update;
pub use versions::versions;
pub use view::{CustomizationsView, EffectiveView, Inherited};
