//! `docs/rooms.md`.

use super::found::Found;
use super::listed::{FILE, Floor, House};

/// The whole page.
pub fn render(house: &House, found: &Found) -> String {
    format!(
        "# Rooms\n\n\
         A room is what the product is about; a floor is a kind of work. A room has the same name on every floor where it\n\
         exists (●). This page is generated from `{FILE}` by `cargo xtask rooms`.\n\n\
         {}\n## Modules that are no rooms\n\n{}",
        rooms(house, found),
        shared(house, found),
    )
}

fn rooms(house: &House, found: &Found) -> String {
    let mut heads = vec!["room".to_owned(), "what it is for".to_owned()];
    heads.extend(house.floors.iter().map(|floor| format!("{}: {}", floor.name, floor.about)));
    let rows = house.rooms.iter().map(|room| {
        let mut row = vec![format!("**{}**", room.name), room.about.clone()];
        let cell = |floor: &Floor| {
            let there = room.floors.contains(&floor.name);
            if there { link(found, &floor.name, &room.name, "●") } else { String::new() }
        };
        row.extend(house.floors.iter().map(cell));
        row
    });
    table(heads, rows)
}

fn shared(house: &House, found: &Found) -> String {
    let heads = ["floor", "module", "why it stands outside the rooms"].map(str::to_owned);
    let rows = house.floors.iter().flat_map(|floor| {
        let row = |(name, reason): (&String, &String)| {
            vec![floor.name.clone(), link(found, &floor.name, name, name), reason.clone()]
        };
        floor.shared.iter().map(row).collect::<Vec<_>>()
    });
    table(heads.to_vec(), rows)
}

fn link(found: &Found, floor: &str, name: &str, text: &str) -> String {
    match found.path(floor, name) {
        Some(path) => format!("[{text}](../{path})"),
        None => text.to_owned(),
    }
}

fn table(heads: Vec<String>, rows: impl Iterator<Item = Vec<String>>) -> String {
    let rule = vec!["---".to_owned(); heads.len()];
    let lines = [heads, rule].into_iter().chain(rows).map(|cells| format!("| {} |\n", cells.join(" | ")));
    lines.collect::<Vec<_>>().concat()
}
