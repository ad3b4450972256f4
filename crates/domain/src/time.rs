//! Time as the domain sees it: microseconds since the Unix epoch, UTC. The clock is the caller's.

use std::fmt;

use serde::{Deserialize, Serialize};
use time::format_description::well_known::{Iso8601, Rfc3339};
use time::{Date, OffsetDateTime, PrimitiveDateTime};

/// A moment, in microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Time(pub i64);

impl Time {
    /// The last moment that RFC 3339 can write (9999-12-31T23:59:59.999999Z).
    pub const MAX: Self = Self(253_402_300_799_999_999);

    /// This moment, `seconds` later. Stops at [`Time::MAX`].
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        let later = self.0.saturating_add(seconds.saturating_mul(1_000_000));
        Self(if later > Self::MAX.0 { Self::MAX.0 } else { later })
    }

    /// Microseconds since the epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, as JWT's `NumericDate` counts them (RFC 7519, section 2).
    pub const fn unix_seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// The calendar's view of it. Moments outside RFC 3339's years are moved to the nearest end.
    pub fn to_offset(self) -> OffsetDateTime {
        let clamped = self.0.clamp(-62_135_596_800_000_000, Self::MAX.0);
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(clamped) * 1_000)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    /// From the calendar's view; what is below a microsecond is cut off.
    pub fn from_offset(moment: OffsetDateTime) -> Self {
        let micros = moment.unix_timestamp_nanos().div_euclid(1_000);
        Self(i64::try_from(micros).unwrap_or(Self::MAX.0))
    }

    /// Reads an RFC 3339 time.
    pub fn parse(text: &str) -> Option<Self> {
        Self::within_years(OffsetDateTime::parse(text, &Rfc3339).ok()?)
    }

    /// Reads an ISO 8601 time or date. Without an offset it is UTC; a date alone is its first moment.
    pub fn parse_iso(text: &str) -> Option<Self> {
        let moment = match text.split_once('T') {
            Some((_, clock)) if clock.contains(['Z', '+', '-']) => {
                let moment = OffsetDateTime::parse(text, &Iso8601::PARSING).ok()?;
                (moment.offset().whole_hours().abs() < 24).then_some(moment)?
            }
            Some(_) => PrimitiveDateTime::parse(text, &Iso8601::PARSING).ok()?.assume_utc(),
            None => Date::parse(text, &Iso8601::PARSING).ok()?.midnight().assume_utc(),
        };
        Self::within_years(moment)
    }

    fn within_years(moment: OffsetDateTime) -> Option<Self> {
        (1..=9999).contains(&moment.year()).then(|| Self::from_offset(moment))
    }
}

impl fmt::Display for Time {
    /// RFC 3339 in UTC with milliseconds, as the API writes times.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.to_offset();
        write!(
            formatter,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
            at.year(),
            u8::from(at.month()),
            at.day(),
            at.hour(),
            at.minute(),
            at.second(),
            at.millisecond()
        )
    }
}
