//! Prints the table role × action, as Markdown. `cargo xtask matrix` writes it to `docs/matrix.md`, and CI
//! refuses a change of the catalogue without it: who may do what is read in review, not found out later.

use polity_domain::permissions::{CATALOGUE, Danger};
use polity_domain::roles::{BuiltIn, RoleScope};

fn main() {
    println!("# Who may do what\n");
    println!(
        "What each built-in role holds of Polity's own permissions; of those that an application registers, \
         Owner and both Admins hold all, the workspace's Developer those of danger READ and WRITE, Reader and \
         the workspace's Viewer those of danger READ. Printed from the catalogue by `cargo xtask matrix`.\n"
    );
    let roles = BuiltIn::ALL.map(heading);
    println!("| permission | danger | {} | description |", roles.join(" | "));
    println!("|---|---|{}---|", ":-:|".repeat(roles.len()));
    for permission in CATALOGUE {
        let held = BuiltIn::ALL.map(|role| if permission.roles.contains(&role) { "✓" } else { "" });
        let danger = danger(permission.danger);
        println!("| `{}` | {danger} | {} | {} |", permission.name, held.join(" | "), permission.description);
    }
}

/// A role's title, told apart from its namesake in the other scope.
fn heading(role: BuiltIn) -> String {
    match role.scope() {
        RoleScope::Organization => role.title().to_owned(),
        RoleScope::Workspace => format!("Workspace {}", role.title()),
    }
}

const fn danger(danger: Danger) -> &'static str {
    match danger {
        Danger::Read => "READ",
        Danger::Write => "WRITE",
        Danger::Admin => "ADMIN",
        Danger::Owner => "OWNER",
    }
}
