//! Policies: what an organization forbids, whatever roles allow, there and wherever its roles reach.
//!
//! Reading and changing them is what no policy can forbid, so nobody shuts out everybody.

mod create;
mod delete;
mod fields;
mod get;
mod list;
mod shadows;
mod test;
mod update;
mod view;

pub use create::create;
pub use delete::delete;
pub use fields::{NewPolicy, PolicyUpdate};
pub use get::get;
pub use list::list;
pub use shadows::{Shadows, flush};
pub use test::{Tested, Tests, test};
pub use update::update;
pub use view::PolicyView;
