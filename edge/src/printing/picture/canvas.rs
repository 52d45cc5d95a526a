//! Sixteen shades: fifteen from paper to ink, and what is not paper.

use super::pdf;
use crate::printing::graphics::Bitmap;

/// As dark as ink gets.
pub const INK: u8 = 14;
/// What is not paper: transparent, and grey for a viewer that does not know transparent.
const OUTSIDE: u8 = 15;
/// The cut edge, so that it is seen on a white ground as well.
const EDGE: u8 = 4;
const PAPER_RGB: [u8; 3] = [253, 252, 248];
const INK_RGB: [u8; 3] = [24, 24, 27];
const OUTSIDE_RGB: [u8; 3] = [217, 220, 216];
/// Width of a tooth of the cut edge.
const TOOTH: usize = 16;

/// A drawing surface of shades.
pub struct Canvas {
    width: usize,
    shades: Vec<u8>,
}

impl Canvas {
    /// A surface with no paper on it.
    pub fn new(width: usize, height: usize) -> Self {
        Self { width, shades: vec![OUTSIDE; width * height] }
    }

    /// The width, in pixels.
    pub fn width(&self) -> usize {
        self.width
    }

    /// White paper from row `top` to before row `bottom`.
    pub fn lay_paper(&mut self, top: usize, bottom: usize) {
        self.shades[top * self.width..bottom * self.width].fill(0);
    }

    /// Teeth in the lowest `depth` rows before `bottom`.
    pub fn tear(&mut self, bottom: usize, depth: usize) {
        for x in 0..self.width {
            let place = x % TOOTH;
            let tooth = place.min(TOOTH - place) * (depth - 1) / (TOOTH / 2);
            let edge = bottom - depth + tooth;
            self.shades[edge * self.width + x] = EDGE;
            for y in edge + 1..bottom {
                self.shades[y * self.width + x] = OUTSIDE;
            }
        }
    }

    /// A rectangle of ink; what lies outside the surface is cut off.
    pub fn fill(&mut self, x: usize, y: usize, width: usize, height: usize) {
        let (from, to) = (x.min(self.width), (x + width).min(self.width));
        for line in self.shades.chunks_exact_mut(self.width).skip(y).take(height) {
            line[from..to].fill(INK);
        }
    }

    /// Lays a cell of shades at a place: darkens paper with it, or lightens ink.
    pub fn stamp(&mut self, cell: &[u8], cell_width: usize, x: usize, y: usize, lighten: bool) {
        let lines = self.shades.chunks_exact_mut(self.width).skip(y);
        for (line, source) in lines.zip(cell.chunks_exact(cell_width)) {
            for (shade, &covered) in line.iter_mut().skip(x).zip(source) {
                *shade = if lighten { (*shade).min(INK - covered) } else { (*shade).max(covered) };
            }
        }
    }

    /// Ink for every black dot; what lies outside the surface is cut off.
    pub fn print(&mut self, bitmap: &Bitmap, x: usize, y: usize) {
        let lines = self.shades.chunks_exact_mut(self.width).skip(y);
        for (row, line) in lines.take(bitmap.height()).enumerate() {
            for (column, shade) in line.iter_mut().skip(x).take(bitmap.width()).enumerate() {
                if bitmap.is_black(column, row) {
                    *shade = INK;
                }
            }
        }
    }

    /// The surface as a PDF of one page.
    pub fn into_pdf(self) -> Vec<u8> {
        let packed: Vec<u8> = self.shades.chunks_exact(self.width).flat_map(packed).collect();
        pdf::page(self.width, self.shades.len() / self.width, &palette(), &packed)
    }

    /// The surface as a PNG of four bits a pixel.
    pub fn into_png(self) -> Vec<u8> {
        let side = |pixels: usize| u32::try_from(pixels).expect("a picture is at most 20 000 pixels high");
        let mut png = Vec::new();
        let mut encoder = png::Encoder::new(&mut png, side(self.width), side(self.shades.len() / self.width));
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_depth(png::BitDepth::Four);
        encoder.set_palette(palette());
        encoder.set_trns([[255; INK as usize + 1].as_slice(), &[0]].concat());
        let packed: Vec<u8> = self.shades.chunks_exact(self.width).flat_map(packed).collect();
        let mut writer = encoder.write_header().expect("a palette of sixteen fits four bits");
        writer.write_image_data(&packed).expect("a vector takes all that is written to it");
        writer.finish().expect("a vector takes all that is written to it");
        png
    }
}

/// The colours by their shade, and of what is not paper.
fn palette() -> Vec<u8> {
    (0..=INK).flat_map(mixed).chain(OUTSIDE_RGB).collect()
}

/// The colour of a shade.
fn mixed(shade: u8) -> [u8; 3] {
    std::array::from_fn(|channel| {
        let (paper, ink) = (u16::from(PAPER_RGB[channel]), u16::from(INK_RGB[channel]));
        let mixed = (paper * u16::from(INK - shade) + ink * u16::from(shade)) / u16::from(INK);
        u8::try_from(mixed).expect("between two bytes lies a byte")
    })
}

/// Two pixels a byte, the left one high; a line begins with a new byte (PNG, 7.2).
fn packed(line: &[u8]) -> impl Iterator<Item = u8> + '_ {
    line.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or_default())
}
