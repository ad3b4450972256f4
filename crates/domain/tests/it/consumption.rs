//! Days and months of meters.

use polity_domain::consumption::{Granularity, METERS, check_meter};
use polity_domain::time::Time;
use proptest::prelude::*;
use time::OffsetDateTime;

proptest! {
    #[test]
    fn a_moment_lies_in_the_day_and_month_that_the_calendar_says(micros in -50_000_000_000_000_000_i64..200_000_000_000_000_000) {
        let moment = OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1_000).unwrap();
        let day = Granularity::Daily.start(Time(micros));
        let month = Granularity::Monthly.start(Time(micros));
        prop_assert!(month <= day && day <= Time(micros));
        let (year, number, of_month) = (moment.year(), u8::from(moment.month()), moment.day());
        prop_assert_eq!(Granularity::Daily.written(day), format!("{year:04}-{number:02}-{of_month:02}"));
        prop_assert_eq!(Granularity::Monthly.written(month), format!("{year:04}-{number:02}"));
        prop_assert_eq!(Granularity::Monthly.start(month), month);
        prop_assert_eq!(Granularity::Daily.written(month), format!("{year:04}-{number:02}-01"));
    }
}

#[test]
fn no_application_counts_on_a_meter_of_politys_own() {
    for (own, _) in METERS {
        assert!(check_meter(own).is_err(), "{own}");
    }
    for none in ["", "A", "1a", "a b", "a-b", "é", &"a".repeat(65)] {
        assert!(check_meter(none).is_err(), "{none}");
    }
    assert!(check_meter("documents.published").is_ok());
}
