//! Membership requests: asking to be taken in, where an organization lets people ask.

mod approve;
mod create;
mod deny;
mod get;
mod list;
mod mine;
mod own;
mod view;
mod withdraw;

pub use approve::approve;
pub use create::create;
pub use deny::deny;
pub use get::get;
pub use list::list;
pub use mine::mine;
pub use view::MembershipRequestView;
pub use withdraw::withdraw;
