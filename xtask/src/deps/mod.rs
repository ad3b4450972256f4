//! `cargo xtask deps`: every dependency is under an allowed licence, from an allowed registry, not banned and
//! not there twice where that hurts. It reads the lists of `deny.toml` and takes a second; where cargo-deny
//! is installed, that has its say as well.

mod graph;
mod policy;
mod spdx;

use std::fs;

use anyhow::{Context, Result, bail};

use self::graph::Package;
use self::policy::Policy;
use crate::sh;

/// Names every breach, or is content.
pub fn run() -> Result<()> {
    let policy = Policy::read()?;
    let packages = graph::packages(&policy.graph.targets)?;
    let notice = fs::read_to_string(sh::root().join("NOTICE")).context("cannot read NOTICE")?;
    let mut breaches = breaches(&policy, &packages);
    breaches.extend(unnamed(&packages, &notice));
    if !breaches.is_empty() {
        bail!("deny.toml is not kept:\n  {}", breaches.join("\n  "));
    }
    eprintln!("{} dependencies keep to deny.toml", packages.len());
    if sh::find("cargo-deny").is_some() {
        sh::run(&mut sh::cargo(&["deny", "check", "licenses", "bans", "sources"]))?;
    }
    Ok(())
}

fn breaches(policy: &Policy, packages: &[Package]) -> Vec<String> {
    let mut breaches = Vec::new();
    for package in packages {
        let licence = package.license.as_deref().unwrap_or_default();
        match spdx::allowed(licence, &policy.licenses.allow) {
            Ok(true) => {}
            Ok(false) => breaches.push(format!("{package}: the licence {licence:?} is not allowed")),
            Err(error) => {
                breaches.push(format!("{package}: the licence {licence:?} cannot be read: {error}"));
            }
        }
        if let Some(source) = package.source.as_deref().filter(|source| !policy.sources.allows(source)) {
            breaches.push(format!("{package}: it comes from {source}, which is not allowed"));
        }
    }
    for ban in &policy.bans.deny {
        let found: Vec<&Package> = packages.iter().filter(|package| package.name == ban.name).collect();
        if found.len() > usize::from(ban.deny_multiple_versions) {
            let found: Vec<String> = found.iter().map(ToString::to_string).collect();
            let what = if ban.deny_multiple_versions { "more than one version" } else { "banned" };
            breaches.push(format!("{}: {what} ({})", found.join(", "), ban.reason));
        }
    }
    breaches
}

/// The Mozilla Public License asks that users are told where the source is: NOTICE does.
fn unnamed(packages: &[Package], notice: &str) -> Vec<String> {
    let named = |name: &str| notice.lines().any(|line| line.split_whitespace().next() == Some(name));
    let mozilla =
        |package: &&Package| package.license.as_deref().is_some_and(|licence| licence.starts_with("MPL-"));
    let unnamed = packages.iter().filter(mozilla).filter(|package| !named(&package.name));
    unnamed.map(|package| format!("{package}: it is under the MPL and NOTICE does not name it")).collect()
}

#[cfg(test)]
mod tests {
    use super::{Package, Policy, breaches, unnamed};

    fn package(name: &str, version: &str, license: &str) -> Package {
        let source = Some("registry+https://example.org/index".to_owned());
        Package {
            name: name.to_owned(),
            version: version.to_owned(),
            license: Some(license.to_owned()),
            source,
        }
    }

    fn policy() -> Policy {
        toml::from_str(
            r#"
            [graph]
            targets = []
            [licenses]
            allow = ["MIT", "MPL-2.0"]
            [bans]
            deny = [{ crate = "bad", reason = "bad" }, { crate = "one", deny-multiple-versions = true, reason = "once" }]
            [sources]
            allow-registry = ["https://example.org/index"]
            allow-git = []
            "#,
        )
        .unwrap()
    }

    #[test]
    fn what_keeps_to_the_policy_passes() {
        assert!(breaches(&policy(), &[package("one", "1.0.0", "MIT")]).is_empty());
    }

    #[test]
    fn a_licence_a_ban_a_second_version_and_a_foreign_source_are_breaches() {
        let mut foreign = package("foreign", "1.0.0", "MIT");
        foreign.source = Some("git+https://example.org/foreign".to_owned());
        let packages = [
            package("copyleft", "1.0.0", "GPL-3.0"),
            package("bad", "1.0.0", "MIT"),
            package("one", "1.0.0", "MIT"),
            package("one", "2.0.0", "MIT"),
            foreign,
        ];
        let found = breaches(&policy(), &packages);
        assert_eq!(found.len(), 4, "{found:?}");
        assert!(found[0].starts_with("copyleft 1.0.0: the licence"));
        assert!(found[1].starts_with("foreign 1.0.0: it comes from git+"));
        assert_eq!(found[2], "bad 1.0.0: banned (bad)");
        assert_eq!(found[3], "one 1.0.0, one 2.0.0: more than one version (once)");
    }

    #[test]
    fn a_library_under_the_mozilla_licence_must_be_in_the_notice() {
        let packages = [package("imbl", "7.0.0", "MPL-2.0+"), package("other", "1.0.0", "MPL-2.0")];
        assert_eq!(unnamed(&packages, "  imbl   collections\n").len(), 1);
    }
}
