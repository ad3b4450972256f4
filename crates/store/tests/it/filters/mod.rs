//! The filter and order languages held in SQL against the same in memory: random rows with hostile values,
//! random filters of the whole grammar, both engines. `POLITY_TEST_SEED` repeats a run.

mod asking;
mod data;
#[path = "../../../../testkit/src/dice.rs"]
mod dice;
mod drawing;
mod row;
mod seeds;
mod texts;
mod told;
mod writing;

use polity_domain::listing::{OrderBy, Resolved, read_filter};
use polity_store::{Cursor, PageRequest, Reader};

use self::asking::List;
use self::data::{Planted, plant};
use self::dice::{Dice, seed};
use self::row::{Key, Row};
use self::writing::Words;
use crate::engines::on_each;
use crate::world::reader;

/// Filters for each list and engine.
const FILTERS: usize = 120;
/// Orders for each list and engine.
const ORDERS: usize = 12;

#[tokio::test]
async fn a_filter_finds_in_sql_what_it_finds_in_memory() {
    let seed = seed();
    on_each(async |store| {
        let mut dice = Dice::new(seed);
        let planted = plant(&store, &mut dice).await;
        let here = reader(&store, planted.top).await;
        for list in List::ALL {
            let rows = planted.rows(list);
            let words = Words::of(list.fields(), rows);
            let (mut asked, mut selective) = (0, 0);
            let mut wrong = Vec::new();
            while asked < FILTERS {
                let written = words.filter(&mut dice);
                let Ok(Some(filter)) = read_filter(&written, &list.fields()) else { continue };
                let expected: Vec<_> = rows.iter().filter(|row| filter.matches(*row)).collect();
                selective += usize::from(!expected.is_empty() && expected.len() < rows.len());
                let found = all(&planted, &here, list, Some(filter)).await;
                wrong.extend(
                    difference(&found, &expected, rows).map(|found| format!("{written}\n    {found}")),
                );
                asked += 1;
            }
            // The shortest ones tell the most.
            wrong.sort_by_key(String::len);
            wrong.truncate(3);
            assert!(wrong.is_empty(), "{list:?}, seed {seed}:\n{}", wrong.join("\n"));
            // Filters that find all or nothing would prove little.
            assert!(selective * 4 > FILTERS, "{list:?}: only {selective} filters tell rows apart");
        }
    })
    .await;
}

#[tokio::test]
async fn pages_in_any_order_hold_every_row_once_as_memory_orders_them() {
    let seed = seed();
    on_each(async |store| {
        let mut dice = Dice::new(seed);
        let planted = plant(&store, &mut dice).await;
        let here = reader(&store, planted.top).await;
        for list in List::ALL {
            let rows = planted.rows(list);
            let words = Words::of(list.fields(), rows);
            for _ in 0..ORDERS {
                let order = list.order(&mut dice);
                let written = if dice.chance(2) { words.readable(&mut dice) } else { String::new() };
                let filter = read_filter(&written, &list.fields()).unwrap();
                let mut expected: Vec<_> = rows
                    .iter()
                    .filter(|row| filter.as_ref().is_none_or(|filter| filter.matches(*row)))
                    .collect();
                expected.sort_by(|one, other| row::compare(one, other, &order));
                let expected: Vec<_> = expected.iter().map(|row| row.id.clone()).collect();
                let request = PageRequest {
                    size: 1 + dice.below(9) as u64,
                    after: None,
                    filter,
                    order: order.clone(),
                    show_total: true,
                };
                let found = walk(&planted, &here, list, request).await;
                assert_eq!(found, expected, "{list:?}, seed {seed}: {order:?} {written}");
            }
        }
    })
    .await;
}

/// The ids of all rows that a filter finds, in one page.
async fn all(planted: &Planted, here: &Reader, list: List, filter: Option<Resolved>) -> Vec<Key> {
    let order = list.plain_order();
    let request = PageRequest { size: 1000, after: None, filter, order, show_total: true };
    let page = list.page(planted, here, &request).await;
    assert_eq!((page.total, page.next), (Some(page.items.len() as u64), None));
    page.items
}

/// The ids of all rows, page by page, each asked for by a cursor as a token holds it.
async fn walk(planted: &Planted, here: &Reader, list: List, mut request: PageRequest) -> Vec<Key> {
    let mut walked = Vec::new();
    loop {
        let page = list.page(planted, here, &request).await;
        assert!(page.items.len() as u64 <= request.size);
        walked.extend(page.items);
        assert!(walked.len() as u64 <= page.total.unwrap(), "{list:?}: rows come twice");
        let Some(next) = page.next else {
            assert_eq!(page.total, Some(walked.len() as u64));
            return walked;
        };
        let token = serde_json::to_string(&next).unwrap();
        request.after = Some(serde_json::from_str::<Cursor>(&token).unwrap());
    }
}

/// A row that only one of the two finds.
fn difference(found: &[Key], expected: &[&Row], rows: &[Row]) -> Option<String> {
    let too_many =
        rows.iter().find(|row| found.contains(&row.id) && !expected.iter().any(|one| one.id == row.id));
    let missing = expected.iter().find(|row| !found.contains(&row.id));
    let odd = found.len() != expected.len();
    let only_sql = too_many.map(|row| format!("only SQL finds {row:?}"));
    let only_memory = missing.map(|row| format!("only memory finds {row:?}"));
    only_sql.or(only_memory).or(odd.then(|| "SQL finds what there is not".to_owned()))
}

/// The order in which a list comes where none matters.
fn descending(field: &'static str) -> OrderBy {
    OrderBy { field, descending: true }
}
