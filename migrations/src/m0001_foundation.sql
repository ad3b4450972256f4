-- Times are microseconds since the epoch, UTC. Ids are 16 bytes. A statement ends with an empty line.

-- What this installation is: one row.
CREATE TABLE instance (
    id integer PRIMARY KEY CHECK (id = 1),
    secret_check bytea NOT NULL,
    create_time bigint NOT NULL
);

-- The heads of the ledgers: one row a tree, locked by whoever writes in the tree.
CREATE TABLE trees (
    tree_id uuid PRIMARY KEY,
    revision bigint NOT NULL,
    frontier bytea NOT NULL,
    root_hash bytea NOT NULL,
    update_time bigint NOT NULL
);

-- One that was purged has no tree, so that nothing finds it; its row goes once all that names it is gone.
CREATE TABLE organizations (
    id uuid PRIMARY KEY,
    tree_id uuid REFERENCES trees (tree_id),
    former_tree_id uuid,
    parent_id uuid REFERENCES organizations (id),
    inherits_roles boolean NOT NULL,
    inherits_settings boolean NOT NULL,
    billing_synced boolean NOT NULL,
    identity_provider_synced boolean NOT NULL,
    title text NOT NULL,
    title_folded text NOT NULL,
    slug text NOT NULL,
    live_slug text,
    external_id text,
    kind text NOT NULL,
    region text NOT NULL,
    labels text NOT NULL,
    -- Contacts and flags as an account (source document 002), as JSON.
    profile text NOT NULL,
    state text NOT NULL CHECK (state IN ('ACTIVE', 'SUSPENDED', 'DELETED')),
    state_reason text,
    delete_time bigint,
    purge_time bigint,
    create_time bigint NOT NULL,
    update_time bigint NOT NULL,
    revision bigint NOT NULL,
    CHECK ((tree_id IS NULL) = (former_tree_id IS NOT NULL))
);

CREATE INDEX organizations_purge ON organizations (purge_time, id) WHERE purge_time IS NOT NULL;

CREATE INDEX organizations_purged ON organizations (id) WHERE tree_id IS NULL;

CREATE UNIQUE INDEX organizations_live_slug ON organizations (live_slug);

CREATE INDEX organizations_tree ON organizations (tree_id, create_time, id);

CREATE INDEX organizations_parent ON organizations (parent_id, create_time, id);

CREATE INDEX organizations_title ON organizations (parent_id, title, id);

CREATE INDEX organizations_slug ON organizations (parent_id, slug, id);

CREATE INDEX organizations_update_time ON organizations (parent_id, update_time, id);

-- Every organization with each of its ancestors and itself; `inherits_roles`: roles reach all the way.
CREATE TABLE organization_paths (
    ancestor_id uuid NOT NULL REFERENCES organizations (id),
    descendant_id uuid NOT NULL REFERENCES organizations (id),
    depth integer NOT NULL,
    inherits_roles boolean NOT NULL,
    PRIMARY KEY (ancestor_id, descendant_id)
);

CREATE INDEX organization_paths_descendant ON organization_paths (descendant_id, ancestor_id);

CREATE TABLE users (
    id uuid PRIMARY KEY,
    email_address text NOT NULL,
    email_canonical text NOT NULL,
    display_name text NOT NULL,
    -- As members' rows carry it.
    display_name_folded text NOT NULL,
    create_time bigint NOT NULL,
    update_time bigint NOT NULL,
    revision bigint NOT NULL
);

CREATE UNIQUE INDEX users_email ON users (email_canonical);

CREATE TABLE passwords (
    user_id uuid PRIMARY KEY REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    hash text NOT NULL,
    update_time bigint NOT NULL
);

-- Registrations that wait for the proof of their address. No account exists before it.
CREATE TABLE registrations (
    id uuid PRIMARY KEY,
    email_address text NOT NULL,
    email_canonical text NOT NULL,
    display_name text NOT NULL,
    password_hash text NOT NULL,
    create_time bigint NOT NULL,
    expire_time bigint NOT NULL,
    used_time bigint
);

CREATE INDEX registrations_email ON registrations (email_canonical, create_time);

CREATE INDEX registrations_age ON registrations (expire_time);

CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    create_time bigint NOT NULL,
    last_used_time bigint NOT NULL,
    idle_expire_time bigint NOT NULL,
    absolute_expire_time bigint NOT NULL,
    end_time bigint,
    ip_address text,
    user_agent text,
    CHECK (idle_expire_time <= absolute_expire_time)
);

CREATE INDEX sessions_user ON sessions (user_id, create_time);

CREATE INDEX sessions_ended ON sessions (end_time) WHERE end_time IS NOT NULL;

CREATE INDEX sessions_age ON sessions (idle_expire_time);

CREATE TABLE refresh_tokens (
    id uuid PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES sessions (id),
    hash bytea NOT NULL,
    create_time bigint NOT NULL,
    expire_time bigint NOT NULL,
    used_time bigint
);

CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);

CREATE INDEX refresh_tokens_age ON refresh_tokens (expire_time);

-- The seeds are derived from the secret key: what stands here opens nothing.
-- Each key names the one it follows (the first one nothing, 16 zero bytes): of two servers that add
-- one at once, one does.
CREATE TABLE signing_keys (
    id uuid PRIMARY KEY,
    follows uuid NOT NULL,
    create_time bigint NOT NULL,
    activate_time bigint NOT NULL,
    retire_time bigint NOT NULL
);

CREATE UNIQUE INDEX signing_keys_follows ON signing_keys (follows);

CREATE TABLE members (
    organization_id uuid NOT NULL REFERENCES organizations (id),
    user_id uuid NOT NULL REFERENCES users (id),
    title text,
    joined_by text NOT NULL CHECK (joined_by IN ('creation', 'invitation', 'invite_link', 'request', 'addition', 'bootstrap')),
    -- The invitation, link or request.
    joined_by_id uuid,
    -- The person's name and address, as the account has them: what an organization's people are sorted by.
    display_name_folded text NOT NULL,
    email_canonical text NOT NULL,
    expire_time bigint,
    create_time bigint NOT NULL,
    update_time bigint NOT NULL,
    revision bigint NOT NULL,
    PRIMARY KEY (organization_id, user_id)
);

CREATE INDEX members_user ON members (user_id, organization_id);

CREATE INDEX members_page ON members (organization_id, create_time, user_id);

CREATE INDEX members_update_time ON members (organization_id, update_time, user_id);

CREATE INDEX members_display_name ON members (organization_id, display_name_folded, user_id);

CREATE INDEX members_email ON members (organization_id, email_canonical, user_id);

CREATE TABLE roles (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    title text NOT NULL,
    title_folded text NOT NULL,
    title_skeleton text NOT NULL,
    description text NOT NULL,
    scope text NOT NULL CHECK (scope IN ('organization', 'workspace')),
    permissions text NOT NULL,
    create_time bigint NOT NULL,
    update_time bigint NOT NULL,
    revision bigint NOT NULL
);

CREATE UNIQUE INDEX roles_title ON roles (organization_id, scope, title_skeleton);

CREATE TABLE role_assignments (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    principal_kind text NOT NULL CHECK (principal_kind IN ('user', 'api_key', 'group', 'service_account', 'anonymous')),
    principal_id uuid NOT NULL,
    role_id uuid NOT NULL,
    resource_kind text NOT NULL,
    resource_id text NOT NULL,
    resource_id_folded text NOT NULL,
    expire_time bigint,
    condition_title text,
    condition_expression text,
    create_time bigint NOT NULL,
    revision bigint NOT NULL,
    CHECK (condition_title IS NULL OR condition_expression IS NOT NULL)
);

CREATE UNIQUE INDEX role_assignments_once ON role_assignments (organization_id, principal_id, role_id, resource_kind, resource_id);

CREATE INDEX role_assignments_page ON role_assignments (organization_id, create_time, id);

CREATE INDEX role_assignments_role ON role_assignments (role_id, create_time, id);

-- Who holds a role in one organization: a built-in role's holders are everybody's.
CREATE INDEX role_assignments_holder ON role_assignments (organization_id, role_id, create_time, id);

-- Which of an organization's depend on a condition, and how many.
CREATE INDEX role_assignments_conditional ON role_assignments (organization_id, create_time, id) WHERE condition_expression IS NOT NULL;

-- Who holds a role on an application's resource.
CREATE INDEX role_assignments_resource ON role_assignments (organization_id, resource_id, resource_kind) WHERE resource_kind NOT IN ('', 'workspace');

-- All that tells who is on a workspace: the rows themselves are not looked at.
CREATE INDEX role_assignments_workspace ON role_assignments (organization_id, resource_id, principal_kind, principal_id, expire_time, resource_kind) WHERE resource_kind = 'workspace';

-- Parts of organizations. `live_slug` is the slug while the workspace is not deleted.
CREATE TABLE workspaces (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    title text NOT NULL,
    title_folded text NOT NULL,
    slug text NOT NULL,
    live_slug text,
    description text NOT NULL,
    labels text NOT NULL,
    locale text,
    time_zone text,
    settings text NOT NULL,
    state text NOT NULL CHECK (state IN ('ACTIVE', 'DELETED')),
    delete_time bigint,
    purge_time bigint,
    create_time bigint NOT NULL,
    update_time bigint NOT NULL,
    revision bigint NOT NULL
);

CREATE UNIQUE INDEX workspaces_live_slug ON workspaces (organization_id, live_slug);

CREATE INDEX workspaces_page ON workspaces (organization_id, create_time, id);

CREATE INDEX workspaces_purge ON workspaces (purge_time, id) WHERE purge_time IS NOT NULL;

CREATE INDEX workspaces_title ON workspaces (organization_id, title, id);

CREATE TABLE permissions (
    organization_id uuid NOT NULL REFERENCES organizations (id),
    tree_id uuid NOT NULL,
    name text NOT NULL,
    description text NOT NULL,
    danger text NOT NULL CHECK (danger IN ('READ', 'WRITE', 'ADMIN', 'OWNER')),
    deprecated boolean NOT NULL,
    position bigint NOT NULL,
    create_time bigint NOT NULL,
    PRIMARY KEY (tree_id, name)
);

CREATE INDEX permissions_organization ON permissions (organization_id);

CREATE TABLE invitations (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    email_address text NOT NULL,
    email_canonical text NOT NULL,
    -- No foreign key: it stays when the workspace is purged.
    workspace_id uuid,
    roles text NOT NULL,
    groups text NOT NULL,
    redirect_organization_id uuid,
    redirect_workspace_id uuid,
    locale text NOT NULL,
    message text,
    sponsor_kind text NOT NULL CHECK (sponsor_kind IN ('user', 'api_key')),
    sponsor_id uuid NOT NULL,
    ended text CHECK (ended IN ('ACCEPTED', 'DECLINED', 'REVOKED', 'BOUNCED')),
    accepted_by uuid,
    generation bigint NOT NULL,
    expire_time bigint NOT NULL,
    create_time bigint NOT NULL,
    update_time bigint NOT NULL,
    revision bigint NOT NULL
);

CREATE INDEX invitations_page ON invitations (organization_id, create_time, id);

CREATE INDEX invitations_expire_time ON invitations (organization_id, expire_time, id);

CREATE INDEX invitations_workspace ON invitations (workspace_id, create_time, id);

CREATE INDEX invitations_email ON invitations (email_canonical, organization_id);

-- Nothing of a link's secret stands here: it is derived.
CREATE TABLE invite_links (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    -- No foreign key: it stays when the workspace is purged.
    workspace_id uuid,
    roles text NOT NULL,
    email_domains text NOT NULL,
    max_uses bigint NOT NULL,
    uses bigint NOT NULL,
    sponsor_kind text NOT NULL CHECK (sponsor_kind IN ('user', 'api_key')),
    sponsor_id uuid NOT NULL,
    revoked boolean NOT NULL,
    expire_time bigint NOT NULL,
    create_time bigint NOT NULL,
    update_time bigint NOT NULL,
    revision bigint NOT NULL,
    CHECK (uses <= max_uses)
);

CREATE INDEX invite_links_page ON invite_links (organization_id, create_time, id);

CREATE INDEX invite_links_expire_time ON invite_links (organization_id, expire_time, id);

CREATE INDEX invite_links_workspace ON invite_links (workspace_id, create_time, id);

-- Who joined by a link: each once, also when they are no member any more.
CREATE TABLE invite_link_uses (
    invite_link_id uuid NOT NULL REFERENCES invite_links (id),
    user_id uuid NOT NULL,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    create_time bigint NOT NULL,
    PRIMARY KEY (invite_link_id, user_id)
);

CREATE INDEX invite_link_uses_organization ON invite_link_uses (organization_id);

CREATE TABLE membership_requests (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    user_id uuid NOT NULL REFERENCES users (id),
    message text,
    ended text CHECK (ended IN ('APPROVED', 'DENIED', 'WITHDRAWN')),
    expire_time bigint NOT NULL,
    create_time bigint NOT NULL,
    update_time bigint NOT NULL,
    revision bigint NOT NULL
);

CREATE INDEX membership_requests_page ON membership_requests (organization_id, create_time, id);

CREATE INDEX membership_requests_expire_time ON membership_requests (organization_id, expire_time, id);

CREATE INDEX membership_requests_user ON membership_requests (user_id, create_time, id);

CREATE TABLE api_keys (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    title text NOT NULL,
    title_folded text NOT NULL,
    service_account_id uuid,
    permissions text NOT NULL,
    descendants boolean NOT NULL,
    allowed_cidrs text NOT NULL,
    rate_limit_per_minute bigint,
    expire_time bigint,
    secrets text NOT NULL,
    revoke_reason text,
    revoke_time bigint,
    creator_kind text NOT NULL,
    creator_id uuid NOT NULL,
    create_time bigint NOT NULL,
    update_time bigint NOT NULL,
    revision bigint NOT NULL
);

CREATE INDEX api_keys_page ON api_keys (organization_id, create_time, id);

CREATE INDEX api_keys_update_time ON api_keys (organization_id, update_time, id);

CREATE INDEX api_keys_service_account ON api_keys (service_account_id);

-- An organization's own words, and what they are on.
CREATE TABLE tags (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    title text NOT NULL,
    title_folded text NOT NULL,
    color text,
    description text NOT NULL,
    create_time bigint NOT NULL,
    update_time bigint NOT NULL,
    revision bigint NOT NULL
);

CREATE UNIQUE INDEX tags_title ON tags (organization_id, title_folded);

CREATE INDEX tags_page ON tags (organization_id, create_time, id);

CREATE TABLE tag_resources (
    organization_id uuid NOT NULL REFERENCES organizations (id),
    tag_id uuid NOT NULL REFERENCES tags (id),
    resource_kind text NOT NULL CHECK (resource_kind IN ('member', 'workspace', 'api_key', 'organization')),
    resource_id uuid NOT NULL,
    create_time bigint NOT NULL,
    PRIMARY KEY (tag_id, resource_kind, resource_id)
);

CREATE INDEX tag_resources_resource ON tag_resources (organization_id, resource_kind, resource_id);

CREATE INDEX tag_resources_page ON tag_resources (tag_id, create_time, resource_id);

-- When each secret of a key was last used: a fact that changes no right, written in batches.
CREATE TABLE api_key_uses (
    api_key_id uuid NOT NULL REFERENCES api_keys (id),
    secret_number bigint NOT NULL,
    last_used_time bigint NOT NULL,
    PRIMARY KEY (api_key_id, secret_number)
);

-- What an organization forbids whatever roles allow, in Cedar.
CREATE TABLE policies (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    title text NOT NULL,
    title_folded text NOT NULL,
    mode text NOT NULL CHECK (mode IN ('SHADOW', 'ENFORCE')),
    statements text NOT NULL,
    create_time bigint NOT NULL,
    update_time bigint NOT NULL,
    revision bigint NOT NULL
);

CREATE INDEX policies_page ON policies (organization_id, create_time, id);

CREATE INDEX policies_title ON policies (organization_id, title, id);

CREATE INDEX policies_update_time ON policies (organization_id, update_time, id);

-- Where an application's resources stand: below a workspace, another resource, or (both empty) in the organization itself.
CREATE TABLE resources (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    resource_kind text NOT NULL,
    resource_id text NOT NULL,
    resource_id_folded text NOT NULL,
    parent_kind text NOT NULL,
    parent_id text NOT NULL,
    parent_id_folded text NOT NULL,
    inherits_roles boolean NOT NULL,
    create_time bigint NOT NULL,
    update_time bigint NOT NULL,
    revision bigint NOT NULL
);

CREATE UNIQUE INDEX resources_once ON resources (organization_id, resource_kind, resource_id);

CREATE INDEX resources_page ON resources (organization_id, create_time, id);

CREATE INDEX resources_update_time ON resources (organization_id, update_time, id);

CREATE INDEX resources_parent ON resources (organization_id, parent_id, parent_kind, create_time, id);

-- What a policy that is not enforced would have denied since its last change: a fact that changes no right, written in
-- batches.
CREATE TABLE policy_shadows (
    policy_id uuid PRIMARY KEY REFERENCES policies (id),
    organization_id uuid NOT NULL REFERENCES organizations (id),
    version_time bigint NOT NULL,
    denials bigint NOT NULL,
    failures bigint NOT NULL,
    last_time bigint NOT NULL
);

CREATE INDEX policy_shadows_organization ON policy_shadows (organization_id);

CREATE TABLE service_accounts (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    title text NOT NULL,
    title_folded text NOT NULL,
    description text NOT NULL,
    disabled boolean NOT NULL,
    create_time bigint NOT NULL,
    update_time bigint NOT NULL,
    revision bigint NOT NULL
);

CREATE INDEX service_accounts_page ON service_accounts (organization_id, create_time, id);

CREATE INDEX service_accounts_title ON service_accounts (organization_id, title, id);

CREATE INDEX service_accounts_update_time ON service_accounts (organization_id, update_time, id);

CREATE TABLE groups (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    title text NOT NULL,
    title_folded text NOT NULL,
    external_id text,
    description text NOT NULL,
    source text NOT NULL CHECK (source IN ('MANUAL', 'SCIM')),
    create_time bigint NOT NULL,
    update_time bigint NOT NULL,
    revision bigint NOT NULL
);

CREATE INDEX groups_page ON groups (organization_id, create_time, id);

CREATE INDEX groups_title ON groups (organization_id, title, id);

CREATE INDEX groups_update_time ON groups (organization_id, update_time, id);

CREATE UNIQUE INDEX groups_external_id ON groups (organization_id, external_id);

-- Who is directly in a group: members of its organization, and other groups of it.
CREATE TABLE group_members (
    group_id uuid NOT NULL REFERENCES groups (id),
    member_id uuid NOT NULL,
    member_kind text NOT NULL CHECK (member_kind IN ('user', 'group', 'service_account')),
    organization_id uuid NOT NULL REFERENCES organizations (id),
    create_time bigint NOT NULL,
    revision bigint NOT NULL,
    PRIMARY KEY (group_id, member_id)
);

CREATE INDEX group_members_page ON group_members (group_id, create_time, member_id);

CREATE INDEX group_members_member ON group_members (organization_id, member_id, group_id);

CREATE TABLE ownership_transfers (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    from_user_id uuid NOT NULL,
    to_user_id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('PENDING', 'ACCEPTED', 'DECLINED', 'CANCELLED')),
    expire_time bigint NOT NULL,
    create_time bigint NOT NULL,
    update_time bigint NOT NULL,
    revision bigint NOT NULL
);

CREATE INDEX ownership_transfers_page ON ownership_transfers (organization_id, create_time, id);

CREATE TABLE preferences (
    organization_id uuid PRIMARY KEY REFERENCES organizations (id),
    support_team_access boolean NOT NULL,
    support_team_access_time bigint,
    locale text,
    time_zone text,
    update_time bigint,
    revision bigint NOT NULL
);

-- For how long, how far and why an organization lets the platform's staff in. `user_id`: only this person.
CREATE TABLE support_access_grants (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    descendants boolean NOT NULL,
    workspaces text,
    access text NOT NULL CHECK (access IN ('READ_ONLY', 'READ_WRITE')),
    user_id uuid,
    reason text NOT NULL,
    creator_kind text NOT NULL,
    creator_id uuid NOT NULL,
    end_reason text CHECK (end_reason IN ('REVOKED', 'PREFERENCE_OFF')),
    end_time bigint,
    expire_time bigint NOT NULL,
    create_time bigint NOT NULL,
    update_time bigint NOT NULL,
    revision bigint NOT NULL
);

CREATE INDEX support_access_grants_page ON support_access_grants (organization_id, create_time, id);

CREATE INDEX support_access_grants_expire_time ON support_access_grants (organization_id, expire_time, id);

CREATE TABLE settings (
    organization_id uuid PRIMARY KEY REFERENCES organizations (id),
    entries text NOT NULL,
    update_time bigint,
    revision bigint NOT NULL
);

-- `granted`: by those above; `own`: by the organization itself.
CREATE TABLE limits (
    organization_id uuid PRIMARY KEY REFERENCES organizations (id),
    granted text NOT NULL,
    own text NOT NULL,
    update_time bigint,
    revision bigint NOT NULL
);

-- The versions that are kept; the highest one is the current one.
CREATE TABLE customizations (
    organization_id uuid NOT NULL REFERENCES organizations (id),
    version bigint NOT NULL,
    restored_version bigint,
    content text NOT NULL,
    create_time bigint NOT NULL,
    revision bigint NOT NULL,
    PRIMARY KEY (organization_id, version)
);

-- The leaves of the ledgers. A trigger refuses UPDATE and DELETE.
CREATE TABLE ledger_leaves (
    tree_id uuid NOT NULL REFERENCES trees (tree_id),
    revision bigint NOT NULL,
    event_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    kind text NOT NULL,
    actor_kind text NOT NULL,
    actor_id uuid,
    support_access_grant_id uuid,
    request_id uuid NOT NULL,
    event_time bigint NOT NULL,
    action text NOT NULL,
    crud text NOT NULL,
    target text,
    record_id text,
    leaf text NOT NULL,
    leaf_hash bytea NOT NULL,
    PRIMARY KEY (tree_id, revision)
);

CREATE UNIQUE INDEX ledger_leaves_event ON ledger_leaves (event_id);

CREATE INDEX ledger_leaves_organization ON ledger_leaves (organization_id, tree_id, revision);

CREATE INDEX ledger_leaves_action ON ledger_leaves (tree_id, action, revision);

CREATE INDEX ledger_leaves_target ON ledger_leaves (tree_id, target, revision);

CREATE INDEX ledger_leaves_actor ON ledger_leaves (tree_id, actor_id, revision);

CREATE INDEX ledger_leaves_support ON ledger_leaves (support_access_grant_id, revision) WHERE support_access_grant_id IS NOT NULL;

-- What an application has recorded it records once.
CREATE UNIQUE INDEX ledger_leaves_record ON ledger_leaves (organization_id, record_id) WHERE record_id IS NOT NULL;

-- What concerns persons, beside the leaves: it can be erased.
CREATE TABLE ledger_personal (
    tree_id uuid NOT NULL REFERENCES trees (tree_id),
    revision bigint NOT NULL,
    salt bytea NOT NULL,
    personal text NOT NULL,
    ip_address text,
    description_folded text NOT NULL,
    PRIMARY KEY (tree_id, revision)
);

CREATE INDEX ledger_personal_address ON ledger_personal (ip_address, tree_id, revision);

-- Kinds of events that applications registered.
CREATE TABLE audit_actions (
    organization_id uuid NOT NULL REFERENCES organizations (id),
    name text NOT NULL,
    description text NOT NULL,
    crud text NOT NULL CHECK (crud IN ('CREATE', 'READ', 'UPDATE', 'DELETE')),
    create_time bigint NOT NULL,
    revision bigint NOT NULL,
    PRIMARY KEY (organization_id, name)
);

-- Who signed in and who asked what: facts, written in batches and forgotten in time. A sign-in stands, by the same
-- id, in each organization whose member signed in.
CREATE TABLE access_log (
    id uuid NOT NULL,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    user_id uuid,
    api_key_id uuid,
    support_access_grant_id uuid,
    action text NOT NULL,
    status text NOT NULL CHECK (status IN ('SUCCESS', 'FAILURE')),
    method text,
    route text,
    http_status bigint,
    ip_address text,
    user_agent text,
    request_id uuid,
    lost bigint,
    create_time bigint NOT NULL,
    PRIMARY KEY (id, organization_id)
);

CREATE INDEX access_log_page ON access_log (organization_id, create_time, id);

CREATE INDEX access_log_action ON access_log (organization_id, action, create_time, id);

CREATE INDEX access_log_user ON access_log (organization_id, user_id, create_time, id);

CREATE INDEX access_log_address ON access_log (organization_id, ip_address, create_time, id);

CREATE INDEX access_log_support ON access_log (support_access_grant_id, create_time, id) WHERE support_access_grant_id IS NOT NULL;

CREATE INDEX access_log_age ON access_log (create_time);

-- What organizations use, by day and month. `total` is what was added up so far, for what is measured.
CREATE TABLE consumption (
    organization_id uuid NOT NULL REFERENCES organizations (id),
    granularity text NOT NULL CHECK (granularity IN ('daily', 'monthly', 'total')),
    period_time bigint NOT NULL,
    meter text NOT NULL,
    quantity bigint NOT NULL,
    PRIMARY KEY (organization_id, granularity, period_time, meter)
);

-- Who was active in which period: each counts once.
CREATE TABLE consumption_active (
    organization_id uuid NOT NULL REFERENCES organizations (id),
    granularity text NOT NULL,
    period_time bigint NOT NULL,
    user_id uuid NOT NULL,
    PRIMARY KEY (organization_id, granularity, period_time, user_id)
);

-- What applications counted: under one id, one event.
CREATE TABLE consumption_events (
    organization_id uuid NOT NULL REFERENCES organizations (id),
    event_id text NOT NULL,
    meter text NOT NULL,
    quantity bigint NOT NULL,
    event_time bigint NOT NULL,
    timed boolean NOT NULL,
    corrects text,
    remaining bigint NOT NULL CHECK (remaining >= 0),
    attributes text,
    create_time bigint NOT NULL,
    PRIMARY KEY (organization_id, event_id)
);

-- Up to which event the bytes of each ledger are added up.
CREATE TABLE consumption_cursors (
    tree_id uuid PRIMARY KEY REFERENCES trees (tree_id),
    revision bigint NOT NULL
);

-- On which day a principal last used each permission in an organization: 8 bytes a permission, those of
-- `polity_domain::access::UseSketch`.
CREATE TABLE permission_uses (
    principal_id uuid NOT NULL,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    principal_kind text NOT NULL CHECK (principal_kind IN ('user', 'api_key', 'group', 'service_account')),
    sketch bytea NOT NULL,
    PRIMARY KEY (principal_id, organization_id)
);

CREATE INDEX permission_uses_organization ON permission_uses (organization_id);

-- The complete interior nodes of the Merkle trees, for proofs in a few reads.
CREATE TABLE ledger_nodes (
    tree_id uuid NOT NULL REFERENCES trees (tree_id),
    level integer NOT NULL,
    position bigint NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (tree_id, level, position)
);

-- Mail that is to be sent. It holds no secret: links are made when it is sent.
CREATE TABLE outbox (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    subject_id uuid NOT NULL,
    generation bigint NOT NULL,
    create_time bigint NOT NULL,
    due_time bigint NOT NULL,
    attempts bigint NOT NULL,
    sent_time bigint,
    failed_time bigint,
    last_error text
);

CREATE INDEX outbox_due ON outbox (due_time) WHERE sent_time IS NULL AND failed_time IS NULL;

CREATE INDEX outbox_subject ON outbox (subject_id, create_time);

CREATE TABLE idempotency_records (
    caller bytea NOT NULL,
    key_hash bytea NOT NULL,
    request_hash bytea NOT NULL,
    committed boolean NOT NULL,
    response bytea,
    create_time bigint NOT NULL,
    PRIMARY KEY (caller, key_hash)
);

CREATE INDEX idempotency_records_age ON idempotency_records (create_time);

-- Counters of failures and mails: in transactions of their own, so that no rollback forgets one.
CREATE TABLE counters (
    key_hash bytea PRIMARY KEY,
    window_start bigint NOT NULL,
    amount bigint NOT NULL
);

CREATE INDEX counters_age ON counters (window_start);
