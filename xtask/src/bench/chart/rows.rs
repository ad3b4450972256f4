//! A row for each number: a bar from nothing where the axis is linear, a dot where it is not.

use super::paper::{MARGIN, Paper, WIDTH, width};
use super::scale::{Kind, Scale};

const HEIGHT: f64 = 24.0;

pub struct Rows {
    pub title: String,
    /// What is shown, in which unit.
    pub about: String,
    pub kind: Kind,
    /// How a number is written.
    pub show: fn(f64) -> String,
    pub groups: Vec<Group>,
}

/// Rows under one title.
pub struct Group {
    pub title: String,
    pub rows: Vec<Row>,
}

pub struct Row {
    pub name: String,
    pub look: usize,
    pub number: f64,
}

impl Rows {
    /// The plot.
    pub fn draw(&self) -> String {
        let all = || self.groups.iter().flat_map(|group| &group.rows);
        let scale = Scale::around(self.kind, all().map(|row| row.number));
        let left = MARGIN + all().map(|row| width(&row.name)).fold(0.0, f64::max) + 12.0;
        let written = all().map(|row| width(&(self.show)(row.number))).fold(0.0, f64::max);
        let wide = WIDTH - MARGIN - left - written - 14.0;
        let at_x = |number: f64| left + wide * scale.place(number);

        let mut paper = Paper::new(&self.title, &self.about);
        let top = paper.bottom + 6.0;
        let rows = self.groups.iter().map(|group| group.rows.len() + 1).sum::<usize>();
        let end = top + HEIGHT * f64::from(u32::try_from(rows).unwrap_or_default()) + 4.0;
        for line in scale.lines() {
            paper.grid([at_x(line), top], [at_x(line), end]);
            paper.text(at_x(line), end + 16.0, "lesser", "middle", &(self.show)(line));
        }
        let mut y = top;
        for group in &self.groups {
            y += HEIGHT;
            paper.text(MARGIN, y - 6.0, "title", "start", &group.title);
            for row in &group.rows {
                y += HEIGHT;
                let (x, middle) = (at_x(row.number), y - HEIGHT / 2.0);
                paper.text(left - 10.0, middle + 4.0, "", "end", &row.name);
                if self.kind == Kind::Linear {
                    let (long, up, series) = ((x - left).max(1.0), middle - 7.0, row.look);
                    paper.draw(format_args!(
                        r#"<rect x="{left:.1}" y="{up:.1}" width="{long:.1}" height="14" rx="2" class="mark s{series}"/>"#
                    ));
                } else {
                    paper.mark(row.look, x, middle);
                }
                paper.text(x + 10.0, middle + 4.0, "", "start", &(self.show)(row.number));
            }
        }
        paper.bottom = end + 20.0;
        paper.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(kind: Kind) -> String {
        let row = |name: &str, number| Row { name: name.to_owned(), look: 0, number };
        let rows = vec![row("few", 10.0), row("many & more", 1_000.0)];
        let groups = vec![Group { title: "group".to_owned(), rows }];
        let show = |number| format!("{number:.0}/s");
        Rows { title: "Title".to_owned(), about: String::new(), kind, show, groups }.draw()
    }

    #[test]
    fn bars_begin_with_nothing_and_dots_stand_at_powers() {
        let (bars, dots) = (rows(Kind::Linear), rows(Kind::Log));
        assert_eq!((bars.matches("class=\"mark s0\"").count(), bars.matches("<circle").count()), (2, 0));
        assert_eq!((dots.matches("<rect").count(), dots.matches("<circle").count()), (1, 2));
        assert!(bars.contains("many &amp; more") && bars.contains("1000/s"));
    }
}
