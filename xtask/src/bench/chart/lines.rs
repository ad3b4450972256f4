//! Lines over a few measured places, in panels with one scale.

use super::paper::{MARGIN, Paper, WIDTH, width};
use super::scale::{Kind, Scale};

const HEIGHT: f64 = 210.0;
/// Between two panels.
const GAP: f64 = 18.0;

pub struct Lines {
    pub title: String,
    /// What is shown, in which unit.
    pub about: String,
    /// What the places are.
    pub below: &'static str,
    pub kind: Kind,
    /// How a number is written at the axis, and at a place.
    pub show: fn(f64) -> String,
    pub show_place: fn(f64) -> String,
    pub panels: Vec<Panel>,
}

pub struct Panel {
    pub title: String,
    pub series: Vec<Series>,
}

pub struct Series {
    pub name: String,
    /// Which look it has; the same name has the same look in every panel.
    pub look: usize,
    pub dashed: bool,
    /// Place and number.
    pub points: Vec<(f64, f64)>,
}

impl Lines {
    /// The plot.
    pub fn draw(&self) -> String {
        let all = || self.panels.iter().flat_map(|panel| &panel.series);
        let mut places: Vec<f64> = all().flat_map(|series| &series.points).map(|(place, _)| *place).collect();
        places.sort_by(f64::total_cmp);
        places.dedup();
        let across = Scale::among(&places);
        let up = Scale::around(self.kind, all().flat_map(|series| &series.points).map(|(_, number)| *number));

        let mut paper = Paper::new(&self.title, &self.about);
        let mut names: Vec<(usize, bool, &str)> = Vec::new();
        for series in all() {
            if names.iter().all(|(.., name)| *name != series.name) {
                names.push((series.look, series.dashed, &series.name));
            }
        }
        paper.legend(&names);

        let labels: Vec<(f64, String)> =
            up.lines().into_iter().map(|line| (line, (self.show)(line))).collect();
        let left = MARGIN + labels.iter().map(|(_, label)| width(label)).fold(0.0, f64::max) + 8.0;
        let count = f64::from(u32::try_from(self.panels.len()).unwrap_or(1).max(1));
        let wide = (WIDTH - MARGIN - left - GAP * (count - 1.0)) / count;
        let top = paper.bottom + 22.0;
        let at_y = |number: f64| top + HEIGHT * (1.0 - up.place(number));
        for (line, label) in &labels {
            paper.text(left - 8.0, at_y(*line) + 4.0, "lesser", "end", label);
        }
        let mut x = left;
        for panel in &self.panels {
            paper.text(x, top - 8.0, "", "start", &panel.title);
            for (line, _) in &labels {
                paper.grid([x, at_y(*line)], [x + wide, at_y(*line)]);
            }
            let at_x = |place: f64| x + wide * across.place(place);
            for place in &places {
                paper.text(at_x(*place), top + HEIGHT + 18.0, "lesser", "middle", &(self.show_place)(*place));
            }
            for series in &panel.series {
                let points: Vec<[f64; 2]> =
                    series.points.iter().map(|(place, number)| [at_x(*place), at_y(*number)]).collect();
                paper.line(series.look, series.dashed, &points);
                for [x, y] in points {
                    paper.mark(series.look, x, y);
                }
            }
            x += wide + GAP;
        }
        paper.bottom = top + HEIGHT + 36.0;
        let bottom = paper.bottom;
        paper.text((left + WIDTH - MARGIN) / 2.0, bottom, "lesser", "middle", self.below);
        paper.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_a_mark_and_every_name_stands_once() {
        let series = |name: &str, look| Series {
            name: name.to_owned(),
            look,
            dashed: look > 0,
            points: vec![(1_000.0, 20.0), (1e6, 40.0)],
        };
        let panel = |title: &str| Panel {
            title: title.to_owned(),
            series: vec![series("one <", 0), series("two", 1)],
        };
        let lines = Lines {
            title: "Title".to_owned(),
            about: "ns".to_owned(),
            below: "principals",
            kind: Kind::Log,
            show: |number| format!("{number:.0}"),
            show_place: |place| format!("{place:.0}"),
            panels: vec![panel("left"), panel("right")],
        };
        let svg = lines.draw();
        assert_eq!(svg.matches("<polyline").count(), 4 + 2);
        assert_eq!(svg.matches("<circle").count(), 2 * 2 + 1);
        assert_eq!(svg.matches("<rect").count(), 2 * 2 + 1 + 1);
        assert_eq!(svg.matches("one &lt;").count(), 1);
        assert!(!svg.contains("NaN") && svg.contains("prefers-color-scheme:dark"));
    }
}
