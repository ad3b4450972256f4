//! What a step may ask: what changes something, and what only looks.

use polity_domain::time::Time;
use polity_testkit::{Method, Value, json, roles};

use super::lists::LISTS;
use super::names::Names;
use super::trace::Trace;
use crate::rights::encoded;

/// Titles.
const TITLES: [&str; 14] = [
    "Sales",
    "sales",
    "Straße 5%",
    "ΟΔΟΣ",
    "a_b*",
    "日本",
    "É",
    "e\u{301}",
    "[x]",
    "it's",
    "Zoë",
    "\u{212a}elvin",
    "  ",
    "",
];
const PERMISSIONS: [&str; 6] =
    ["members.read", "organizations.read", "groups.read", "members.add", "documents.read", "no.such"];

impl Trace {
    fn title(&mut self) -> String {
        let title = self.dice.one(&TITLES).to_owned();
        if self.dice.chance(3) { title } else { format!("{title} {}", self.dice.below(400)) }
    }

    fn role(&mut self, names: &Names) -> String {
        match self.dice.below(3) {
            0 => self.id(names, "role"),
            _ => self
                .dice
                .one(&[roles::OWNER, roles::ADMIN, roles::MEMBER, roles::READER, roles::BILLING])
                .to_owned(),
        }
    }

    fn principal(&mut self, names: &Names) -> Value {
        let (kind, prefix) = self.dice.pick(&[
            ("user", "user"),
            ("user", "user"),
            ("group", "grp"),
            ("service_account", "sva"),
            ("api_key", "key"),
        ]);
        json!({"type": kind, "id": self.id(names, prefix)})
    }

    fn labels(&mut self) -> Value {
        match self.dice.below(4) {
            0 => json!({"env": "Prod", "team": ""}),
            1 => json!({"env": "test"}),
            2 => json!({"not a key": "x"}),
            _ => json!({}),
        }
    }

    fn email(&mut self) -> String {
        let people = self.people;
        self.dice.maybe(2, |dice| format!("p{}@example.com", dice.below(people))).unwrap_or_else(|| {
            let number = self.dice.below(30);
            self.dice.pick(&[
                format!("New{number}@Example.com"),
                format!("x{number}@bücher.test"),
                "no address".to_owned(),
            ])
        })
    }

    /// What changes something.
    pub(super) fn write(&mut self, names: &Names, now: Time) -> (Method, String, Option<Value>) {
        let organization = self.organization();
        let at = |rest: &str| format!("{organization}{rest}");
        let soon = now.plus_seconds(self.dice.pick(&[-60, 1_800, 7_200])).to_string();
        let title = self.title();
        match self.dice.below(48) {
            0 | 1 => {
                let body = json!({"title": title, "labels": self.labels(), "external_id": self.dice.pick(&["x-1", "é", "A_%"])});
                (Method::POST, "/api/v1/organizations".to_owned(), Some(body))
            }
            2 | 3 => (
                Method::POST,
                at("/children"),
                Some(json!({"title": title, "kind": self.dice.pick(&["team", "Team"])})),
            ),
            4 => {
                let patch = match self.dice.below(4) {
                    0 => json!({"title": title}),
                    1 => json!({"labels": self.labels(), "external_id": null}),
                    2 => json!({"inherits_roles": self.dice.chance(2)}),
                    _ => json!({"slug": self.dice.pick(&["acme", "sales-1", "UPPER", "admin"])}),
                };
                (Method::PATCH, organization, Some(patch))
            }
            5 => (
                Method::POST,
                at(self.dice.one(&["/suspend", "/resume", "/undelete"])),
                Some(json!({"reason": "unpaid"})),
            ),
            6 => (Method::POST, at("/resume"), None),
            7 if self.dice.chance(8) => (Method::DELETE, organization, None),
            7 => (Method::POST, at("/undelete"), None),
            8 => {
                let parent = self.dice.maybe(2, |_| ()).map(|()| self.id(names, "org"));
                let query = self.dice.pick(&["", "?validate_only=true"]);
                (Method::POST, at(&format!("/move{query}")), Some(json!({"parent": parent})))
            }
            9..=11 => {
                let expire_time = self.dice.maybe(4, |_| soon);
                let roles = vec![self.role(names)];
                // Whoever is known anywhere.
                let user = self.name(names.of("user"));
                let body = json!({"user": user, "roles": roles, "expire_time": expire_time});
                (Method::POST, at("/members"), Some(body))
            }
            12 => {
                let path = at(&format!("/members/{}", self.id(names, "user")));
                let body = match self.dice.below(3) {
                    0 => json!({"title": title}),
                    1 => json!({"expire_time": soon}),
                    _ => json!({"roles": [self.role(names)]}),
                };
                (Method::PATCH, path, Some(body))
            }
            13 => (Method::DELETE, at(&format!("/members/{}", self.id(names, "user"))), None),
            14 => (
                Method::POST,
                at("/members/batch-delete"),
                Some(json!({"users": [self.id(names, "user"), self.id(names, "user")]})),
            ),
            15..=17 => {
                let roles = vec![self.role(names)];
                (
                    Method::POST,
                    at("/invitations"),
                    Some(json!({"email": self.email(), "roles": roles, "ttl_seconds": 86_400})),
                )
            }
            18 => {
                let invitations = [
                    json!({"email": self.email()}),
                    json!({"email": self.email(), "roles": [self.role(names)]}),
                ];
                (Method::POST, at("/invitations/batch-create"), Some(json!({"invitations": invitations})))
            }
            19 => (Method::DELETE, at(&format!("/invitations/{}", self.id(names, "inv"))), None),
            20 => {
                (Method::POST, at(&format!("/invitations/{}/resend", self.id(names, "inv"))), Some(json!({})))
            }
            21 | 22 => {
                let answer = self.dice.one(&["accept", "accept", "accept", "decline"]);
                (Method::POST, format!("/api/v1/invitations/{answer}"), Some(json!({"token": "{token}"})))
            }
            23 | 24 => {
                let body = json!({"title": title, "external_id": self.dice.maybe(3, |dice| format!("g{}", dice.below(9)))});
                (Method::POST, at("/groups"), Some(body))
            }
            25 | 26 => {
                let path = at(&format!("/groups/{}/members", self.id(names, "grp")));
                (Method::POST, path, Some(json!({"principal": self.principal(names)})))
            }
            27 => (
                Method::DELETE,
                at(&format!("/groups/{}/members/{}", self.id(names, "grp"), self.id(names, "user"))),
                None,
            ),
            28 => (Method::DELETE, at(&format!("/groups/{}", self.id(names, "grp"))), None),
            29 | 30 => {
                (Method::POST, at("/workspaces"), Some(json!({"title": title, "labels": self.labels()})))
            }
            31 => {
                let path = at(&format!("/workspaces/{}/users", self.id(names, "wks")));
                let role = self.dice.pick(&[roles::WORKSPACE_VIEWER, roles::WORKSPACE_ADMIN, roles::OWNER]);
                (Method::POST, path, Some(json!({"user": self.id(names, "user"), "roles": [role]})))
            }
            32 => (Method::DELETE, at(&format!("/workspaces/{}", self.id(names, "wks"))), None),
            33 => (Method::POST, at(&format!("/workspaces/{}/undelete", self.id(names, "wks"))), None),
            34 => (
                Method::POST,
                at("/tags"),
                Some(json!({"title": title, "color": self.dice.pick(&["#1F6feb", "red"])})),
            ),
            35 => {
                let (kind, prefix) = self.dice.pick(&[
                    ("member", "user"),
                    ("workspace", "wks"),
                    ("api_key", "key"),
                    ("organization", "org"),
                ]);
                let path = at(&format!(
                    "/tags/{}/{}",
                    self.id(names, "tag"),
                    self.dice.pick(&["attach", "attach", "detach"])
                ));
                (
                    Method::POST,
                    path,
                    Some(json!({"resources": [{"type": kind, "id": self.id(names, prefix)}]})),
                )
            }
            36 => {
                let permissions = vec![self.dice.pick(&PERMISSIONS), self.dice.pick(&PERMISSIONS)];
                (Method::POST, at("/roles"), Some(json!({"title": title, "permissions": permissions})))
            }
            37 => (
                Method::PATCH,
                at(&format!("/roles/{}", self.id(names, "role"))),
                Some(json!({"title": title})),
            ),
            38 => (Method::DELETE, at(&format!("/roles/{}", self.id(names, "role"))), None),
            39 => {
                let body = json!({"principal": self.principal(names), "role": self.role(names), "expire_time": self.dice.maybe(3, |_| soon)});
                (Method::POST, at("/role-assignments"), Some(body))
            }
            40 => (Method::DELETE, at(&format!("/role-assignments/{}", self.id(names, "asgn"))), None),
            41 => {
                let permissions = vec![self.dice.pick(&PERMISSIONS)];
                let body = json!({"title": title, "permissions": permissions, "descendants": self.dice.chance(2), "expire_time": self.dice.maybe(3, |_| soon)});
                (Method::POST, at("/api-keys"), Some(body))
            }
            42 => {
                let verb = self.dice.pick(&["rotate", "revoke", "retire-old-secret"]);
                let body = if verb == "revoke" { json!({"reason": "LEAKED"}) } else { json!({}) };
                (Method::POST, at(&format!("/api-keys/{}/{verb}", self.id(names, "key"))), Some(body))
            }
            43 => (Method::POST, at("/service-accounts"), Some(json!({"title": title}))),
            44 => {
                let value = self.dice.pick(&[json!({"value": true}), json!({"value": "text"}), Value::Null]);
                let body = json!({"settings": {"organizations.children_allowed": value}});
                (Method::PATCH, at("/settings"), Some(body))
            }
            45 => {
                let name = self.dice.pick(&["members", "groups", "api_keys", "children", "nonsense"]);
                let limit = self.dice.pick(&[json!(3), json!(10_000), Value::Null, json!(-1)]);
                (Method::PATCH, at("/limits"), Some(json!({"limits": {name: limit}})))
            }
            46 => {
                let body = match self.dice.below(3) {
                    0 => json!({"theme": "DARK", "branding_color": "#1f6feb"}),
                    1 => json!({"texts": {"welcome": {"en": title}}}),
                    _ => json!({"theme": "PINK"}),
                };
                (Method::PUT, at("/customizations"), Some(body))
            }
            _ => match self.dice.below(4) {
                0 => (
                    Method::POST,
                    at("/permissions"),
                    Some(
                        json!({"name": self.dice.pick(&["documents.read", "documents.write", "members.read"]), "description": "It", "danger": "READ"}),
                    ),
                ),
                1 => (
                    Method::PATCH,
                    at("/preferences"),
                    Some(json!({"support_team_access": true, "locale": self.dice.pick(&["de", "xx-"])})),
                ),
                2 => (
                    Method::POST,
                    at("/consumption/record"),
                    Some(
                        json!({"events": [{"event_id": format!("{}", self.dice.below(20)), "meter": "documents", "quantity": self.dice.pick(&[1, 5, -1])}]}),
                    ),
                ),
                _ => {
                    (Method::POST, at("/ownership-transfers"), Some(json!({"user": self.id(names, "user")})))
                }
            },
        }
    }

    /// What only looks.
    pub(super) fn read(&mut self, names: &Names) -> (Method, String, Option<Value>) {
        let organization = self.organization();
        if self.dice.chance(6) {
            let question =
                json!({"principal": self.principal(names), "permission": self.dice.pick(&PERMISSIONS)});
            let verb = self.dice.pick(&["check", "explain"]);
            return (Method::POST, format!("{organization}/access/{verb}"), Some(question));
        }
        if self.dice.chance(4) {
            let (room, kind) = self.dice.pick(&[
                ("members", "user"),
                ("users", "user"),
                ("groups", "grp"),
                ("workspaces", "wks"),
                ("tags", "tag"),
                ("roles", "role"),
                ("role-assignments", "asgn"),
                ("api-keys", "key"),
                ("invitations", "inv"),
                ("service-accounts", "sva"),
                ("audit-events", "evt"),
            ]);
            return (Method::GET, format!("{organization}/{room}/{}", self.id(names, kind)), None);
        }
        let (room, filters, orders) = self.dice.pick(LISTS);
        let path = if room.starts_with("/api/") { room.to_owned() } else { format!("{organization}{room}") };
        let mut path =
            path.replace("{group}", &self.id(names, "grp")).replace("{tag}", &self.id(names, "tag"));
        path = path.replace("{workspace}", &self.id(names, "wks"));
        let mut query = Vec::new();
        if self.dice.chance(2) {
            query.push(format!("page_size={}", self.dice.pick(&["1", "2", "3", "7", "0", "-1", "5000"])));
        }
        if !filters.is_empty() && self.dice.chance(2) {
            let filter = self.dice.one(filters);
            let user = self.id(names, "user");
            let parts: Vec<_> = filter.split("{user}").map(encoded).collect();
            query.push(format!("filter={}", parts.join(&user)));
        }
        if !orders.is_empty() && self.dice.chance(3) {
            let direction = self.dice.pick(&["", "", "%20desc", "%20DESC"]);
            query.push(format!("order_by={}{direction}", self.dice.one(orders)));
        }
        if self.dice.chance(4) {
            query.push("show_total=true".to_owned());
        }
        let joint = if path.contains('?') { "&" } else { "?" };
        let query = if query.is_empty() { String::new() } else { format!("{joint}{}", query.join("&")) };
        (Method::GET, format!("{path}{query}"), None)
    }
}
