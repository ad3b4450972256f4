//! Where a number stands on an axis, and where the axis has its lines.

/// How an axis runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// From nothing, evenly.
    Linear,
    /// By powers of ten.
    Log,
}

/// An axis from 0 to 1.
pub struct Scale {
    kind: Kind,
    from: f64,
    to: f64,
}

impl Scale {
    /// One that has room for all of these.
    pub fn around(kind: Kind, numbers: impl IntoIterator<Item = f64>) -> Self {
        let fit = |number: &f64| number.is_finite() && (kind == Kind::Linear || *number > 0.0);
        let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
        for number in numbers.into_iter().filter(fit) {
            (least, most) = (least.min(number), most.max(number));
        }
        if !least.is_finite() {
            (least, most) = (1.0, 1.0);
        }
        match kind {
            Kind::Linear => {
                let step = step(most.max(f64::MIN_POSITIVE));
                Self { kind, from: 0.0, to: (most / step).ceil().max(1.0) * step }
            }
            Kind::Log => {
                let (from, to) = (least.log10().floor(), most.log10().ceil());
                Self { kind, from, to: if to > from { to } else { from + 1.0 } }
            }
        }
    }

    /// One for numbers that are given themselves as lines, by powers, with some room at both ends.
    pub fn among(numbers: &[f64]) -> Self {
        let logs = || numbers.iter().map(|number| number.log10());
        let (from, to) = (logs().fold(f64::INFINITY, f64::min), logs().fold(f64::NEG_INFINITY, f64::max));
        let room = ((to - from) * 0.06).max(0.1);
        Self { kind: Kind::Log, from: from - room, to: to + room }
    }

    /// From 0 to 1.
    pub fn place(&self, number: f64) -> f64 {
        let at = match self.kind {
            Kind::Linear => number,
            Kind::Log => number.max(f64::MIN_POSITIVE).log10(),
        };
        ((at - self.from) / (self.to - self.from)).clamp(0.0, 1.0)
    }

    /// The numbers at its lines.
    pub fn lines(&self) -> Vec<f64> {
        let step = match self.kind {
            Kind::Linear => step(self.to),
            // Not more lines than can be read.
            Kind::Log => ((self.to - self.from) / 8.0).ceil().max(1.0),
        };
        let mut lines = Vec::new();
        let mut at = self.from;
        while at <= self.to + step / 1e6 {
            lines.push(if self.kind == Kind::Log { 10_f64.powf(at) } else { at });
            at += step;
        }
        lines
    }
}

/// A round step that leads to `most` in three to six of them.
fn step(most: f64) -> f64 {
    let power = 10_f64.powf((most / 3.0).log10().floor());
    let steps = [1.0, 2.0, 5.0].map(|times| times * power);
    steps.into_iter().rev().find(|step| most / step >= 3.0).unwrap_or(power)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(scale: &Scale) -> Vec<String> {
        scale.lines().into_iter().map(|line| format!("{line:.0}")).collect()
    }

    #[test]
    fn a_linear_axis_begins_with_nothing_and_has_round_lines() {
        let scale = Scale::around(Kind::Linear, [12.0, 870.0]);
        assert_eq!(shown(&scale), ["0", "200", "400", "600", "800", "1000"]);
        assert!((scale.place(500.0) - 0.5).abs() < 1e-9);
    }

    #[test]
    fn a_log_axis_has_a_line_for_each_power_of_ten() {
        let scale = Scale::around(Kind::Log, [22.0, 1_200_000.0]);
        assert_eq!(shown(&scale).first().map(String::as_str), Some("10"));
        assert_eq!(shown(&scale).len(), 7);
        assert!(scale.place(10.0).abs() < 1e-9 && (scale.place(1e7) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn nothing_to_show_is_shown_as_nothing() {
        for kind in [Kind::Linear, Kind::Log] {
            let scale = Scale::around(kind, [f64::NAN]);
            assert!(scale.lines().len() >= 2 && scale.place(1.0).is_finite());
        }
    }
}
