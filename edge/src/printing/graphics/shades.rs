//! A branch's picture: read from a PNG, and made dots of for the paper it goes on.

use std::io::Cursor;

use super::Bitmap;

/// A picture's file is no larger, in bytes.
pub const FILE_LIMIT: usize = 256 * 1024;
/// A side is no longer, in pixels.
const SIDE_LIMIT: u32 = 4096;
/// All of it is no more, in pixels: what is decoded stands in memory.
const PIXEL_LIMIT: u32 = 4_000_000;

/// Why a file is no picture that can be printed.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// It is no PNG, or a broken one.
    #[error("the picture is not a PNG that can be read")]
    Unreadable(#[from] png::DecodingError),
    /// It is too large.
    #[error("a picture is at most {} KB and {SIDE_LIMIT} pixels a side, {PIXEL_LIMIT} in all", FILE_LIMIT / 1024)]
    TooLarge,
    /// There is nothing on it.
    #[error("the picture is white all over")]
    Empty,
}

/// A picture in shades of grey, 0 black to 255 white; what was transparent is white.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shades {
    width: usize,
    shades: Vec<u8>,
}

impl Shades {
    /// Reads a PNG.
    ///
    /// # Errors
    /// [`PictureError`]; a file that says it is huge is refused before it is unpacked.
    pub fn of_png(file: &[u8]) -> Result<Self, PictureError> {
        if file.len() > FILE_LIMIT {
            return Err(PictureError::TooLarge);
        }
        let mut decoder = png::Decoder::new(Cursor::new(file));
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info()?;
        let (width, height) = (reader.info().width, reader.info().height);
        if width > SIDE_LIMIT || height > SIDE_LIMIT || width * height > PIXEL_LIMIT {
            return Err(PictureError::TooLarge);
        }
        let mut pixels = vec![0; reader.output_buffer_size().ok_or(PictureError::TooLarge)?];
        let frame = reader.next_frame(&mut pixels)?;
        pixels.truncate(frame.buffer_size());
        let samples = frame.color_type.samples();
        let shades: Vec<u8> = pixels.chunks_exact(samples).map(shade).collect();
        if shades.iter().all(|shade| *shade > 250) {
            return Err(PictureError::Empty);
        }
        Ok(Self { width: usize::try_from(width).unwrap_or(1).max(1), shades })
    }

    fn height(&self) -> usize {
        self.shades.len() / self.width
    }

    /// The picture in dots, as wide as this or narrower: it is never higher than it may be wide.
    pub fn dots(&self, width: usize) -> Bitmap {
        let (own_width, own_height) = (self.width, self.height().max(1));
        let (width, height) = match own_height * width / own_width {
            height if height <= width => (width, height.max(1)),
            _ => ((own_width * width / own_height).max(1), width),
        };
        let mut scaled: Vec<i32> = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                scaled.push(self.mean(
                    x * own_width / width..(x + 1) * own_width / width,
                    y * own_height / height..(y + 1) * own_height / height,
                ));
            }
        }
        dithered(scaled, width)
    }

    /// The mean shade of some columns and rows; at least of one pixel.
    fn mean(&self, columns: std::ops::Range<usize>, rows: std::ops::Range<usize>) -> i32 {
        let columns = columns.start..columns.end.max(columns.start + 1);
        let rows = rows.start..rows.end.max(rows.start + 1);
        let count = i32::try_from(columns.len() * rows.len()).unwrap_or(i32::MAX);
        let row = |y: usize| &self.shades[y * self.width..][columns.clone()];
        rows.flat_map(row).map(|shade| i32::from(*shade)).sum::<i32>() / count
    }
}

/// The shade of a pixel: grey, grey with alpha, colours, colours with alpha. Weights of light: ITU-R BT.601.
fn shade(pixel: &[u8]) -> u8 {
    let (light, alpha) = match *pixel {
        [grey] => (u32::from(grey), 255),
        [grey, alpha] => (u32::from(grey), u32::from(alpha)),
        [red, green, blue, ref rest @ ..] => {
            let light = (299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue)) / 1000;
            (light, rest.first().map_or(255, |alpha| u32::from(*alpha)))
        }
        [] => (255, 255),
    };
    u8::try_from((light * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
}

/// Black or nothing for each shade; what that is off by is passed on to the dots beside and below (Floyd and Steinberg).
fn dithered(mut shades: Vec<i32>, width: usize) -> Bitmap {
    let height = shades.len() / width;
    let mut bitmap = Bitmap::white(width, height);
    for y in 0..height {
        for x in 0..width {
            let shade = shades[y * width + x];
            let is_black = shade < 128;
            if is_black {
                bitmap.blacken(x, y);
            }
            let off = shade - if is_black { 0 } else { 255 };
            let mut pass_on = |x: Option<usize>, y: usize, share: i32| {
                if let Some(x) = x.filter(|x| *x < width)
                    && let Some(shade) = shades.get_mut(y * width + x)
                {
                    *shade += off * share / 16;
                }
            };
            pass_on(Some(x + 1), y, 7);
            pass_on(x.checked_sub(1), y + 1, 3);
            pass_on(Some(x), y + 1, 5);
            pass_on(Some(x + 1), y + 1, 1);
        }
    }
    bitmap.defused()
}

#[cfg(test)]
pub(in crate::printing) mod tests {
    use super::*;

    /// A PNG of a grey wedge, black at the left, as an owner would upload one.
    pub fn wedge(width: u32, height: u32) -> Vec<u8> {
        let row = (0..width).map(|x| u8::try_from(x * 255 / (width - 1)).unwrap());
        let pixels: Vec<u8> = (0..height).flat_map(|_| row.clone()).collect();
        png_of(width, height, png::ColorType::Grayscale, &pixels)
    }

    fn png_of(width: u32, height: u32, color: png::ColorType, pixels: &[u8]) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(color);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(pixels).unwrap();
        writer.finish().unwrap();
        file
    }

    fn black_in(bitmap: &Bitmap, columns: std::ops::Range<usize>) -> usize {
        columns.map(|x| (0..bitmap.height()).filter(|y| bitmap.is_black(x, *y)).count()).sum()
    }

    #[test]
    fn grey_becomes_as_many_dots_as_it_is_dark() {
        let dots = Shades::of_png(&wedge(100, 50)).unwrap().dots(200);
        assert_eq!((dots.width(), dots.height()), (200, 100));
        let quarters: Vec<usize> = (0..4).map(|quarter| black_in(&dots, quarter * 50..(quarter + 1) * 50)).collect();
        assert!(quarters[0] > 4000 && quarters[3] < 1000, "{quarters:?}");
        assert!(quarters.is_sorted_by(|left, right| left > right), "{quarters:?}");
        let all: usize = quarters.iter().sum();
        assert!((9_500..10_500).contains(&all), "half of 20 000 dots, not {all}");
    }

    #[test]
    fn what_is_transparent_is_paper() {
        let file = png_of(2, 1, png::ColorType::Rgba, &[0, 0, 0, 0, 0, 0, 0, 255]);
        let dots = Shades::of_png(&file).unwrap().dots(16);
        assert_eq!((black_in(&dots, 0..8), black_in(&dots, 8..16)), (0, 64));
    }

    #[test]
    fn a_tall_picture_is_made_narrower() {
        let dots = Shades::of_png(&wedge(50, 200)).unwrap().dots(384);
        assert_eq!((dots.width(), dots.height()), (96, 384));
    }

    #[test]
    fn what_is_no_picture_is_refused_with_the_reason() {
        assert!(matches!(Shades::of_png(b"GIF89a"), Err(PictureError::Unreadable(_))));
        assert!(matches!(Shades::of_png(&vec![0; FILE_LIMIT + 1]), Err(PictureError::TooLarge)));
        assert!(matches!(Shades::of_png(&wedge(5000, 2)), Err(PictureError::TooLarge)));
        let white = png_of(2, 1, png::ColorType::Grayscale, &[255, 255]);
        assert!(matches!(Shades::of_png(&white), Err(PictureError::Empty)));
        let whole = wedge(100, 50);
        assert!(matches!(Shades::of_png(&whole[..whole.len() / 2]), Err(PictureError::Unreadable(_))));
    }
}
