//! What lies in the source folders.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::listed::House;
use crate::sh;

/// A module: a folder with files in it, or a file, directly in one of a floor's folders.
pub struct Module {
    floor: String,
    pub name: String,
    /// From the root.
    pub path: String,
}

/// All modules of all floors, by path.
pub struct Found(Vec<Module>);

impl Found {
    /// Looks into every folder of every floor.
    pub fn look(house: &House) -> Result<Self> {
        let mut modules = Vec::new();
        for floor in &house.floors {
            for folder in &floor.folders {
                let place = sh::root().join(folder);
                // Not every folder is there from the first day; the rooms in it are then missed by name.
                if place.is_dir() {
                    let entries = entries(&place).with_context(|| format!("cannot read {folder}"))?;
                    modules.extend(entries.iter().filter_map(|entry| module(&floor.name, folder, entry)));
                }
            }
        }
        modules.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self(modules))
    }

    /// The modules of one floor.
    pub fn on<'a>(&'a self, floor: &'a str) -> impl Iterator<Item = &'a Module> {
        self.0.iter().filter(move |module| module.floor == floor)
    }

    /// Where a module lies.
    pub fn path(&self, floor: &str, name: &str) -> Option<&str> {
        let module = self.0.iter().find(|module| module.floor == floor && module.name == name)?;
        Some(&module.path)
    }

    #[cfg(test)]
    pub fn of(entries: &[(&str, &str, &str)]) -> Self {
        Self(entries.iter().filter_map(|(floor, folder, entry)| module(floor, folder, entry)).collect())
    }
}

/// The names in a folder; empty folders are left out, as git leaves them out.
fn entries(folder: &Path) -> Result<Vec<String>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let source = path.extension().is_some_and(|extension| extension == "rs");
        let full = path.is_dir() && fs::read_dir(&path)?.next().is_some();
        if source || full {
            entries.extend(path.file_name().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    Ok(entries)
}

/// The module that a file or folder is; the crate's and the folder's own root file are none.
fn module(floor: &str, folder: &str, entry: &str) -> Option<Module> {
    let name = entry.strip_suffix(".rs").unwrap_or(entry);
    let root = entry.len() > name.len() && matches!(name, "lib" | "main" | "mod");
    let path = format!("{folder}/{entry}");
    (!root).then(|| Module { floor: floor.to_owned(), name: name.to_owned(), path })
}
