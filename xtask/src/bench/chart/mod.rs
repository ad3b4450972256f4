//! Plots as SVG, drawn by hand: lines in panels, and rows of bars or dots. Each brings its own colours for a light and
//! for a dark page, and never tells two series apart by colour alone.

mod lines;
mod paper;
mod rows;
mod scale;

pub use lines::{Lines, Panel, Series};
pub use rows::{Group, Row, Rows};
pub use scale::Kind;
