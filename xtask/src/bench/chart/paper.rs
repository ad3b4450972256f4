//! What all plots are drawn on.

use std::fmt::{Arguments, Write};

/// How wide a plot is.
pub const WIDTH: f64 = 760.0;
/// The space at its left and right.
pub const MARGIN: f64 = 20.0;
/// About how wide a character is.
const CHARACTER: f64 = 6.6;

/// Colours of a light and of a dark page: surface, text, lesser text, lines, then the series.
const STYLE: &str = "\
.surface{fill:#fcfcfb}text{fill:#1f2328;font:12px system-ui,-apple-system,'Segoe UI',sans-serif}\
.title{font-weight:600;font-size:14px}.lesser{fill:#59636e}.grid{stroke:#d9dce1;stroke-width:1}\
.line{fill:none;stroke-width:2}.s0{--c:#2a78d6}.s1{--c:#c2541d}.s2{--c:#12815a}.s3{--c:#8a5fd0}.s4{--c:#a8740a}\
.s5{--c:#b8437a}.line{stroke:var(--c)}.mark{fill:var(--c)}.hollow{fill:var(--surface);stroke:var(--c);stroke-width:2}\
svg{--surface:#fcfcfb}\
@media (prefers-color-scheme:dark){svg{--surface:#1a1b1e}.surface{fill:#1a1b1e}text{fill:#e8eaed}.lesser{fill:#a3abb5}\
.grid{stroke:#3a3f47}.s0{--c:#5b9ff0}.s1{--c:#f08a55}.s2{--c:#3cc08e}.s3{--c:#b493f0}.s4{--c:#e0b040}.s5{--c:#ef86b4}}";

/// How many series have a look of their own.
const LOOKS: usize = 6;

/// A plot that grows.
pub struct Paper {
    body: String,
    /// Below what has been drawn so far.
    pub bottom: f64,
    title: String,
}

impl Paper {
    /// With a title, and a line below it that says what is shown.
    pub fn new(title: &str, about: &str) -> Self {
        let mut paper = Self { body: String::new(), bottom: 0.0, title: escaped(title) };
        paper.text(MARGIN, 26.0, "title", "start", title);
        paper.text(MARGIN, 44.0, "lesser", "start", about);
        paper.bottom = 54.0;
        paper
    }

    pub fn draw(&mut self, element: Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.body, "{element}");
    }

    pub fn text(&mut self, x: f64, y: f64, class: &str, anchor: &str, text: &str) {
        let text = escaped(text);
        self.draw(format_args!(
            r#"<text x="{x:.1}" y="{y:.1}" class="{class}" text-anchor="{anchor}">{text}</text>"#
        ));
    }

    pub fn grid(&mut self, [x1, y1]: [f64; 2], [x2, y2]: [f64; 2]) {
        self.draw(format_args!(
            r#"<line x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}" class="grid"/>"#
        ));
    }

    /// A mark of a series: each series has a shape of its own.
    pub fn mark(&mut self, series: usize, x: f64, y: f64) {
        let series = series % LOOKS;
        let fill = if series < 3 { "mark" } else { "hollow" };
        let shape = match series % 3 {
            0 => format!(r#"circle cx="{x:.1}" cy="{y:.1}" r="4""#),
            1 => format!(r#"rect x="{:.1}" y="{:.1}" width="8" height="8""#, x - 4.0, y - 4.0),
            _ => format!(r#"path d="M{x:.1} {:.1}l5 9h-10z""#, y - 5.5),
        };
        self.draw(format_args!(r#"<{shape} class="{fill} s{series}"/>"#));
    }

    pub fn line(&mut self, series: usize, dashed: bool, points: &[[f64; 2]]) {
        let points: Vec<String> = points.iter().map(|[x, y]| format!("{x:.1},{y:.1}")).collect();
        let dash = if dashed { r#" stroke-dasharray="5 4""# } else { "" };
        let series = series % LOOKS;
        self.draw(format_args!(r#"<polyline points="{}" class="line s{series}"{dash}/>"#, points.join(" ")));
    }

    /// Which series is which.
    pub fn legend(&mut self, entries: &[(usize, bool, &str)]) {
        let mut x = MARGIN;
        self.bottom += 14.0;
        for (series, dashed, name) in entries {
            let wide = 34.0 + width(name);
            if x + wide > WIDTH - MARGIN && x > MARGIN {
                x = MARGIN;
                self.bottom += 18.0;
            }
            let y = self.bottom;
            self.line(*series, *dashed, &[[x, y - 4.0], [x + 22.0, y - 4.0]]);
            self.mark(*series, x + 11.0, y - 4.0);
            self.text(x + 28.0, y, "", "start", name);
            x += wide + 14.0;
        }
        self.bottom += 12.0;
    }

    /// The whole plot.
    pub fn finish(self) -> String {
        let Self { body, bottom, title } = self;
        let height = bottom + 12.0;
        format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0}" width="{WIDTH}" height="{height:.0}" role="img" aria-label="{title}">
<style>{STYLE}</style>
<rect class="surface" width="{WIDTH}" height="{height:.0}" rx="6"/>
{body}</svg>
"#
        )
    }
}

/// About how wide a text is.
pub fn width(text: &str) -> f64 {
    f64::from(u32::try_from(text.chars().count()).unwrap_or_default()) * CHARACTER
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
