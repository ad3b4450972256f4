//! What an organization uses: meters, and the days and months in which they are counted, in UTC.

use crate::time::Time;

/// The meters that Polity itself keeps.
pub const METERS: &[(&str, &str)] = &[
    ("api_requests", "Requests about the organization that succeeded, with access checks and verifications"),
    ("active_members", "Persons with a request or a sign-in"),
    ("seats", "Members at the end of the period, as last measured"),
    ("api_keys", "API keys alive at the end of the period, as last measured"),
    ("audit_storage_bytes", "Bytes of the organization's events at the end of the period, as last measured"),
];

/// The largest amount of one event.
pub const MAX_QUANTITY: i64 = 1_000_000_000_000;
/// The most bytes of an event's attributes, as JSON text.
pub const MAX_ATTRIBUTES: usize = 2 * 1024;
/// How far back an event may lie, in seconds.
pub const MAX_AGE: i64 = 400 * 86_400;
/// How far ahead of Polity's clock an application's may be, in seconds.
pub const MAX_AHEAD: i64 = 300;

const DAY: i64 = 86_400_000_000;

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Granularity {
    /// A day.
    Daily,
    /// A month.
    Monthly,
}

/// Why a meter's name is none that an application can use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMeter {
    /// Not a name.
    #[error("must be 1 to 64 characters of a-z, 0-9, _ and ., beginning with a letter")]
    Form,
    /// Polity keeps it itself.
    #[error("is Polity's own")]
    Reserved,
}

impl Granularity {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Daily, Self::Monthly];

    /// As tables and JSON write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Monthly => "monthly",
        }
    }

    /// The beginning of the period that a moment lies in.
    pub fn start(self, time: Time) -> Time {
        let day = time.micros().div_euclid(DAY);
        match self {
            Self::Daily => Time(day * DAY),
            Self::Monthly => {
                let (_, _, number) = civil(day);
                Time((day - (number - 1)) * DAY)
            }
        }
    }

    /// A period as people write it: `2026-01-31` or `2026-01`.
    pub fn written(self, start: Time) -> String {
        let (year, month, day) = civil(start.micros().div_euclid(DAY));
        match self {
            Self::Daily => format!("{year:04}-{month:02}-{day:02}"),
            Self::Monthly => format!("{year:04}-{month:02}"),
        }
    }
}

/// Checks the name of an application's meter.
pub fn check_meter(name: &str) -> Result<(), InvalidMeter> {
    let letter = name.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
    let rest = name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.'));
    if !letter || !rest || name.len() > 64 {
        return Err(InvalidMeter::Form);
    }
    if METERS.iter().any(|(own, _)| *own == name) { Err(InvalidMeter::Reserved) } else { Ok(()) }
}

/// Year, month and day of a day that is counted from 1970-01-01, in the proleptic Gregorian calendar
/// (<https://howardhinnant.github.io/date_algorithms.html>).
fn civil(day: i64) -> (i64, i64, i64) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let part = (5 * of_year + 2) / 153;
    let day = of_year - (153 * part + 2) / 5 + 1;
    let month = if part < 10 { part + 3 } else { part - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}
