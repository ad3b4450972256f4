//! What `docs/rooms.toml` says.

use std::collections::{BTreeMap, HashSet};
use std::fs;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::sh;

/// The list, from the root.
pub const FILE: &str = "docs/rooms.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct House {
    #[serde(rename = "room")]
    pub rooms: Vec<Room>,
    #[serde(rename = "floor")]
    pub floors: Vec<Floor>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Room {
    pub name: String,
    /// What it is for.
    pub about: String,
    /// The floors where it exists.
    pub floors: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Floor {
    pub name: String,
    /// What kind of work it does.
    pub about: String,
    /// The folders whose modules are rooms or shared.
    pub folders: Vec<String>,
    /// The modules that are no rooms, each with its reason.
    pub shared: BTreeMap<String, String>,
}

impl House {
    /// Reads the list.
    pub fn read() -> Result<Self> {
        Self::parse(
            &fs::read_to_string(sh::root().join(FILE)).with_context(|| format!("cannot read {FILE}"))?,
        )
    }

    pub fn parse(text: &str) -> Result<Self> {
        toml::from_str(text).context(FILE)
    }

    /// Slips of the pen in the list itself.
    pub fn slips(&self) -> Vec<String> {
        let mut slips = Vec::new();
        let mut names = HashSet::new();
        for room in &self.rooms {
            if !names.insert(&room.name) {
                slips.push(format!("the room {} is listed twice", room.name));
            }
            for floor in &room.floors {
                if !self.floors.iter().any(|known| known.name == *floor) {
                    slips.push(format!("the room {} names an unknown floor, {floor}", room.name));
                }
            }
        }
        slips
    }
}
