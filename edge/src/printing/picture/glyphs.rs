//! Characters as cells of shades, from the outlines of Iosevka (edge/assets/fonts).

use std::collections::HashMap;
use std::sync::OnceLock;

use ab_glyph::{Font, FontRef, PxScale, point};

use super::canvas::INK;

static MEDIUM: &[u8] = include_bytes!("../../../assets/fonts/iosevka-medium.ttf");
static HEAVY: &[u8] = include_bytes!("../../../assets/fonts/iosevka-extrabold.ttf");

/// The parts of a cell's height that an em takes and that lies above the base line: so an accent on a capital and the
/// tail of a «g» both stay in the cell.
const EM: f32 = 0.81;
const BASE_LINE: f32 = 0.82;

/// Cells drawn before; a ticket repeats its letters.
#[derive(Default)]
pub struct Glyphs(HashMap<Key, Vec<u8>>);

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    character: char,
    bold: bool,
    width: usize,
    height: usize,
}

impl Glyphs {
    /// The cell of a character, `width` by `height` shades, line by line.
    pub fn cell(&mut self, character: char, bold: bool, width: usize, height: usize) -> &[u8] {
        let key = Key { character, bold, width, height };
        self.0.entry(key).or_insert_with(|| rasterize(key))
    }
}

fn font(bold: bool) -> &'static FontRef<'static> {
    static FONTS: OnceLock<[FontRef<'static>; 2]> = OnceLock::new();
    let parse = |bytes| FontRef::try_from_slice(bytes).expect("the fonts built in are fonts");
    &FONTS.get_or_init(|| [parse(MEDIUM), parse(HEAVY)])[usize::from(bold)]
}

/// Draws the outline into the cell; what would leave the cell is cut off.
#[expect(
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "outlines are scaled in floats by ab_glyph; cells are below 200 pixels, and every index is checked"
)]
fn rasterize(key: Key) -> Vec<u8> {
    let font = font(key.bold);
    let (width, height) = (key.width as f32, key.height as f32);
    // PxScale measures from ascent to descent, an em is less; a character is half an em wide.
    let ems = font.height_unscaled() / font.units_per_em().unwrap_or(1000.0);
    let scale = PxScale { x: 2.0 * width * ems, y: EM * height * ems };
    let glyph = font.glyph_id(key.character).with_scale_and_position(scale, point(0.0, BASE_LINE * height));
    let mut cell = vec![0; key.width * key.height];
    if let Some(outline) = font.outline_glyph(glyph) {
        let corner = outline.px_bounds().min;
        outline.draw(|x, y, coverage| {
            let (x, y) = (corner.x + x as f32, corner.y + y as f32);
            if x >= 0.0 && y >= 0.0 && x < width && y < height {
                let shade = (coverage.clamp(0.0, 1.0) * f32::from(INK)).round() as u8;
                cell[y as usize * key.width + x as usize] = shade;
            }
        });
    }
    cell
}
