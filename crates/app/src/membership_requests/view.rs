//! A membership request as doors show it.

use std::collections::HashMap;

use polity_domain::ids::UserId;
use polity_domain::membership_requests::{MembershipRequest, MembershipRequestState};
use polity_domain::users::User;

use crate::{AppError, Op};

/// A membership request with what a reader wants beside it.
#[derive(Debug, Clone)]
pub struct MembershipRequestView {
    /// The request.
    pub request: MembershipRequest,
    /// The revision of its last change.
    pub revision: i64,
    /// Where it stands now.
    pub state: MembershipRequestState,
    /// The organization's title.
    pub organization_title: String,
    /// Who asks.
    pub user: Option<User>,
}

impl MembershipRequestView {
    /// A request with what is known beside it.
    pub(super) fn new(
        op: &Op,
        organization_title: &str,
        request: MembershipRequest,
        revision: i64,
        user: Option<User>,
    ) -> Self {
        let state = request.state(op.now());
        Self { request, revision, state, organization_title: organization_title.to_owned(), user }
    }
}

/// Several requests of one organization as doors show them; the people in one question.
pub(super) async fn views(
    op: &Op,
    organization_title: &str,
    requests: Vec<(MembershipRequest, i64)>,
) -> Result<Vec<MembershipRequestView>, AppError> {
    let people: Vec<UserId> = requests.iter().map(|(request, _)| request.user_id).collect();
    let people = op.store().users(&people).await?;
    let people: HashMap<UserId, User> = people.into_iter().map(|user| (user.id, user)).collect();
    let shown = requests.into_iter().map(|(request, revision)| {
        let user = people.get(&request.user_id).cloned();
        MembershipRequestView::new(op, organization_title, request, revision, user)
    });
    Ok(shown.collect())
}
