//! The paper as a picture: what the virtual printer shows, and what anybody can look at before trusting a printer.
//!
//! Drawn from the bytes, at the printer's own resolution: one pixel a dot. Type is drawn from outlines at the size of
//! its cell, so that large type is crisp, and never leaves its cell, as on a print head.

mod canvas;
mod glyphs;
mod pdf;

use canvas::Canvas;
use glyphs::Glyphs;

use super::paper::{Align, Paper, PaperRow, Run, Style};
use super::profile::PrinterProfile;

/// White at both sides of what the head reaches: 80 mm paper is 640 dots wide for 576 printed.
const MARGIN: usize = 32;
/// White above the first line and below the last.
const HEAD: usize = 26;
const FOOT: usize = 22;
/// Height of the teeth that the cutter leaves.
const TEETH: usize = 9;
/// Distance between two tickets in one picture.
const GAP: usize = 28;
/// A picture is no higher than this, whatever it was asked to show.
const MAX_HEIGHT: usize = 20_000;

/// The paper that comes out for the bytes, as a PNG with sixteen shades; what is not paper is transparent.
///
/// A ticket that would make an absurd picture is drawn up to 20 000 pixels, and the picture says that it ends there.
pub fn draw(bytes: &[u8], profile: &PrinterProfile) -> Vec<u8> {
    drawn(bytes, profile).into_png()
}

/// The same as a PDF of one page, as large as the paper.
pub fn draw_pdf(bytes: &[u8], profile: &PrinterProfile) -> Vec<u8> {
    drawn(bytes, profile).into_pdf()
}

fn drawn(bytes: &[u8], profile: &PrinterProfile) -> Canvas {
    let mut paper = Paper::read(bytes, profile);
    shorten(&mut paper.rows);
    let sheets = sheets(&paper.rows);
    let height = sheets.iter().map(Sheet::height).sum::<usize>() + GAP * sheets.len().saturating_sub(1);
    let width = usize::from(profile.width_dots()) + 2 * MARGIN;
    let mut drawing = Drawing { canvas: Canvas::new(width, height), glyphs: Glyphs::default() };
    let mut top = 0;
    for sheet in &sheets {
        drawing.sheet(sheet, top);
        top += sheet.height() + GAP;
    }
    drawing.canvas
}

/// Paper between two cuts.
struct Sheet<'a> {
    rows: &'a [PaperRow],
    cut: bool,
}

impl Sheet<'_> {
    fn height(&self) -> usize {
        let rows: usize = self.rows.iter().map(row_height).sum();
        HEAD + rows + FOOT + if self.cut { TEETH } else { 0 }
    }
}

/// The sheets of a roll; at least one, if an empty one.
fn sheets(rows: &[PaperRow]) -> Vec<Sheet<'_>> {
    let parts = rows.split_inclusive(|row| *row == PaperRow::Cut);
    let sheets: Vec<Sheet<'_>> = parts
        .map(|part| match part.split_last() {
            Some((PaperRow::Cut, rows)) => Sheet { rows, cut: true },
            _ => Sheet { rows: part, cut: false },
        })
        .collect();
    if sheets.is_empty() { vec![Sheet { rows, cut: false }] } else { sheets }
}

fn row_height(row: &PaperRow) -> usize {
    match row {
        PaperRow::Line { height_dots, .. } | PaperRow::Blank { height_dots } => dots(*height_dots),
        PaperRow::Picture { bitmap, .. } => bitmap.height(),
        PaperRow::Cut => HEAD + FOOT + TEETH + GAP,
    }
}

/// Ends the rows where the picture would become too high, with a word on what is missing.
fn shorten(rows: &mut Vec<PaperRow>) {
    let notice_height = 3 * dots(Style::PLAIN.cell_height_dots());
    let mut height = HEAD + FOOT + TEETH + notice_height;
    let kept = rows.iter().take_while(|row| {
        height = height.saturating_add(row_height(row));
        height <= MAX_HEIGHT
    });
    let kept = kept.count();
    let is_line = |row: &&PaperRow| matches!(row, PaperRow::Line { .. });
    let missing = rows[kept..].iter().filter(is_line).count();
    if kept == rows.len() {
        return;
    }
    rows.truncate(kept);
    for text in [" LA IMAGEN TERMINA AQUÍ ".to_owned(), format!(" faltan {missing} renglones ")] {
        let style = Style { bold: true, reverse: true, ..Style::PLAIN };
        let height_dots = style.cell_height_dots();
        rows.push(PaperRow::Line { runs: vec![Run { text, style }], align: Align::Center, height_dots });
    }
}

/// A picture being drawn.
struct Drawing {
    canvas: Canvas,
    glyphs: Glyphs,
}

impl Drawing {
    fn sheet(&mut self, sheet: &Sheet<'_>, top: usize) {
        let bottom = top + sheet.height();
        self.canvas.lay_paper(top, bottom);
        if sheet.cut {
            self.canvas.tear(bottom, TEETH);
        }
        let mut y = top + HEAD;
        for row in sheet.rows {
            match row {
                PaperRow::Line { runs, align, .. } => self.line(runs, *align, y),
                PaperRow::Picture { bitmap, align } => {
                    let x = self.left_of(bitmap.width(), *align);
                    self.canvas.print(bitmap, x, y);
                }
                PaperRow::Blank { .. } | PaperRow::Cut => {}
            }
            y += row_height(row);
        }
    }

    fn line(&mut self, runs: &[Run], align: Align, y: usize) {
        let width: usize = runs.iter().map(run_width).sum();
        let tallest = runs.iter().map(|run| dots(run.style.cell_height_dots())).max().unwrap_or_default();
        let mut x = self.left_of(width, align);
        for run in runs {
            self.run(run, x, y + tallest - dots(run.style.cell_height_dots()));
            x += run_width(run);
        }
    }

    /// Where something so wide begins.
    fn left_of(&self, width: usize, align: Align) -> usize {
        let free = self.canvas.width().saturating_sub(2 * MARGIN + width);
        MARGIN
            + match align {
                Align::Left => 0,
                Align::Center => free / 2,
                Align::Right => free,
            }
    }

    fn run(&mut self, run: &Run, x: usize, y: usize) {
        let style = run.style;
        let (width, height) = (dots(style.cell_width_dots()), dots(style.cell_height_dots()));
        if style.reverse {
            self.canvas.fill(x, y, run_width(run), height);
        }
        if style.underline {
            self.canvas.fill(x, y + height - 2, run_width(run), 2);
        }
        for (index, character) in run.text.chars().enumerate() {
            let cell = self.glyphs.cell(character, style.bold, width, height);
            self.canvas.stamp(cell, width, x + index * width, y, style.reverse);
        }
    }
}

fn run_width(run: &Run) -> usize {
    run.text.chars().count() * dots(run.style.cell_width_dots())
}

fn dots(dots: u32) -> usize {
    usize::try_from(dots).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests;
