//! `cargo xtask rooms`: the table of rooms, and the proof that the house has these rooms and no others.

mod found;
mod listed;
mod table;

use anyhow::{Result, bail};

use self::found::Found;
use self::listed::House;
use crate::generated;

/// Keeps `docs/rooms.md`; fails when modules and `docs/rooms.toml` differ.
pub fn run(check: bool) -> Result<()> {
    let house = House::read()?;
    let found = Found::look(&house)?;
    let drift = drift(&house, &found);
    if !drift.is_empty() {
        bail!("the source and {} differ:\n  {}", listed::FILE, drift.join("\n  "));
    }
    generated::keep("docs/rooms.md", table::render(&house, &found).as_bytes(), check, "cargo xtask rooms")
}

/// Every difference, in a sentence that says what to do.
fn drift(house: &House, found: &Found) -> Vec<String> {
    let mut drift = house.slips();
    for floor in &house.floors {
        for module in found.on(&floor.name) {
            let room = house.rooms.iter().find(|room| room.name == module.name);
            if floor.shared.contains_key(&module.name)
                || room.is_some_and(|room| room.floors.contains(&floor.name))
            {
                continue;
            }
            drift.push(match room {
                Some(room) => format!(
                    "{}: the room {} is not listed on the floor {}",
                    module.path, room.name, floor.name
                ),
                None => format!("{}: no room and no shared module of that name is listed", module.path),
            });
        }
        for shared in floor.shared.keys().filter(|name| found.path(&floor.name, name).is_none()) {
            drift.push(format!("the shared module {shared} of the floor {} does not exist", floor.name));
        }
    }
    for room in &house.rooms {
        for floor in room.floors.iter().filter(|floor| found.path(floor, &room.name).is_none()) {
            drift.push(format!("the room {} does not exist on the floor {floor}", room.name));
        }
    }
    drift
}

#[cfg(test)]
mod tests {
    use super::listed::Room;
    use super::{Found, House, drift, table};

    fn house() -> House {
        House::parse(
            r#"
            [[room]]
            name = "members"
            about = "who belongs"
            floors = ["domain", "api"]
            [[floor]]
            name = "domain"
            about = "rules"
            folders = ["d"]
            [floor.shared]
            ids = "everywhere"
            [[floor]]
            name = "api"
            about = "REST"
            folders = ["a", "a/v1"]
            [floor.shared]
            "#,
        )
        .unwrap()
    }

    #[test]
    fn a_house_as_listed_has_no_drift_and_a_table_with_links() {
        let found =
            Found::of(&[("domain", "d", "members"), ("domain", "d", "ids.rs"), ("api", "a/v1", "members")]);
        assert_eq!(drift(&house(), &found), Vec::<String>::new());
        let table = table::render(&house(), &found);
        assert!(
            table.contains("| **members** | who belongs | [●](../d/members) | [●](../a/v1/members) |"),
            "{table}"
        );
        assert!(table.contains("| domain | [ids](../d/ids.rs) | everywhere |"), "{table}");
    }

    #[test]
    fn what_is_not_listed_and_what_is_not_there_are_drift() {
        let found = Found::of(&[("domain", "d", "members"), ("domain", "d", "people")]);
        let found = drift(&house(), &found);
        assert_eq!(
            found,
            [
                "d/people: no room and no shared module of that name is listed",
                "the shared module ids of the floor domain does not exist",
                "the room members does not exist on the floor api",
            ]
        );
    }

    #[test]
    fn a_room_on_a_floor_that_is_not_listed_for_it_is_drift() {
        let mut house = house();
        house.rooms[0].floors.retain(|floor| floor == "api");
        let found =
            Found::of(&[("domain", "d", "members"), ("domain", "d", "ids.rs"), ("api", "a/v1", "members")]);
        assert_eq!(drift(&house, &found), ["d/members: the room members is not listed on the floor domain"]);
    }

    #[test]
    fn a_room_listed_twice_or_on_an_unknown_floor_is_a_slip() {
        let mut house = house();
        house.rooms[0].floors.push("cellar".to_owned());
        let again = house.rooms[0].name.clone();
        house.rooms.push(Room { name: again, about: String::new(), floors: Vec::new() });
        assert_eq!(
            house.slips(),
            ["the room members names an unknown floor, cellar", "the room members is listed twice"]
        );
    }
}
