//! A photo made into three of ours: decoded within bounds, turned, put on white, made smaller, written anew.

use std::io::Cursor;

use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;
use image::{ColorType, ExtendedColorType, ImageDecoder, ImageError, ImageFormat, Limits, RgbImage, imageops};

/// A photo's file is no larger, in bytes.
pub const FILE_LIMIT: usize = 5 * 1024 * 1024;
/// All of it is no more, in pixels: what is decoded stands in memory, and a progressive JPEG twice.
pub const PIXEL_LIMIT: u64 = 24_000_000;
/// What a decoder takes besides, in bytes, where it can be told; the program has a gigabyte.
const MEMORY_LIMIT: u64 = 256 * 1024 * 1024;
/// Of JPEG, of a hundred: what is lost is not seen on food.
const QUALITY: u8 = 82;

/// How large a picture is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Size {
    /// For the tiles of a till.
    Small,
    /// For a list of guests' telephones.
    Medium,
    /// For one dish that fills a screen.
    Large,
}

impl Size {
    /// All of them, as they stand in a file.
    pub const ALL: [Self; 3] = [Self::Small, Self::Medium, Self::Large];

    /// What it is called in a path.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
        }
    }

    /// The longer side is no longer, in pixels. A tile is about 120 wide, on a screen with two dots a pixel.
    const fn side(self) -> u32 {
        match self {
            Self::Small => 320,
            Self::Medium => 640,
            Self::Large => 1280,
        }
    }
}

/// A word that is no size.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("small, medium or large is meant")]
pub struct SizeError;

impl std::str::FromStr for Size {
    type Err = SizeError;

    fn from_str(text: &str) -> Result<Self, SizeError> {
        Self::ALL.into_iter().find(|size| size.as_str() == text).ok_or(SizeError)
    }
}

/// Why a file is no picture of a product.
#[derive(Debug, thiserror::Error)]
pub enum PhotoError {
    /// It begins like nothing we read.
    #[error("the file is neither JPEG nor PNG nor WebP")]
    Unknown,
    /// It begins like one and goes on otherwise.
    #[error("the picture cannot be read")]
    Unreadable(#[from] ImageError),
    /// More than may be unpacked.
    #[error("the picture has {width} × {height} pixels, and {PIXEL_LIMIT} in all is the most")]
    TooLarge {
        /// Pixels a row.
        width: u32,
        /// Rows.
        height: u32,
    },
}

/// The three sizes of a picture, each a JPEG without metadata, in the order of [`Size::ALL`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sizes(pub [Vec<u8>; 3]);

impl Sizes {
    /// Of a photo: the same file gives the same bytes.
    ///
    /// # Errors
    /// [`PhotoError`]; one that says it is huge is refused before it is unpacked.
    pub fn of(file: &[u8]) -> Result<Self, PhotoError> {
        let large = match image::guess_format(file) {
            Ok(ImageFormat::Jpeg) => large(JpegDecoder::new(Cursor::new(file))?)?,
            Ok(ImageFormat::Png) => large(PngDecoder::with_limits(Cursor::new(file), limits())?)?,
            Ok(ImageFormat::WebP) => large(WebPDecoder::new(Cursor::new(file))?)?,
            _ => return Err(PhotoError::Unknown),
        };
        let medium = within(&large, Size::Medium);
        let small = within(&medium, Size::Small);
        Ok(Self([written(&small)?, written(&medium)?, written(&large)?]))
    }
}

fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MEMORY_LIMIT);
    limits
}

/// The largest of the three, the way up that it was taken.
fn large(mut decoder: impl ImageDecoder) -> Result<RgbImage, PhotoError> {
    let (width, height) = decoder.dimensions();
    let too_large = || PhotoError::TooLarge { width, height };
    if u64::from(width) * u64::from(height) > PIXEL_LIMIT {
        return Err(too_large());
    }
    decoder.set_limits(limits())?;
    // What says nonsense of how it was held is taken as it lies.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let kind = decoder.color_type();
    let mut samples = vec![0; usize::try_from(decoder.total_bytes()).map_err(|_| too_large())?];
    decoder.read_image(&mut samples)?;
    let photo = RgbImage::from_raw(width, height, on_white(kind, samples)).ok_or(PhotoError::Unknown)?;
    Ok(turned(within(&photo, Size::Large), orientation))
}

/// Red, green and blue of each pixel, eight bits each; what was transparent is white.
fn on_white(kind: ColorType, samples: Vec<u8>) -> Vec<u8> {
    let channels = usize::from(kind.channel_count());
    let samples = match usize::from(kind.bytes_per_pixel()) / channels {
        2 => samples.chunks_exact(2).map(|pair| u16::from_ne_bytes([pair[0], pair[1]]).to_be_bytes()[0]).collect(),
        _ => samples,
    };
    let over = |value: u8, alpha: u8| {
        let (value, alpha) = (u32::from(value), u32::from(alpha));
        u8::try_from((value * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
    };
    match channels {
        1 => samples.into_iter().flat_map(|grey| [grey; 3]).collect(),
        2 => samples.chunks_exact(2).flat_map(|pixel| [over(pixel[0], pixel[1]); 3]).collect(),
        3 => samples,
        _ => samples.chunks_exact(4).flat_map(|pixel| [0, 1, 2].map(|at| over(pixel[at], pixel[3]))).collect(),
    }
}

/// The picture in this size; a smaller one stays as it is.
fn within(photo: &RgbImage, size: Size) -> RgbImage {
    let (width, height, side) = (photo.width(), photo.height(), size.side());
    let longer = width.max(height);
    if longer <= side {
        return photo.clone();
    }
    let shorter = |own: u32| u32::try_from(u64::from(own) * u64::from(side) / u64::from(longer)).unwrap_or(side).max(1);
    imageops::thumbnail(photo, shorter(width), shorter(height))
}

fn turned(photo: RgbImage, orientation: Orientation) -> RgbImage {
    match orientation {
        Orientation::NoTransforms => photo,
        Orientation::Rotate90 => imageops::rotate90(&photo),
        Orientation::Rotate180 => imageops::rotate180(&photo),
        Orientation::Rotate270 => imageops::rotate270(&photo),
        Orientation::FlipHorizontal => imageops::flip_horizontal(&photo),
        Orientation::FlipVertical => imageops::flip_vertical(&photo),
        Orientation::Rotate90FlipH => imageops::flip_horizontal(&imageops::rotate90(&photo)),
        Orientation::Rotate270FlipH => imageops::flip_horizontal(&imageops::rotate270(&photo)),
    }
}

fn written(photo: &RgbImage) -> Result<Vec<u8>, PhotoError> {
    let mut file = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut file, QUALITY);
    encoder.encode(photo.as_raw(), photo.width(), photo.height(), ExtendedColorType::Rgb8)?;
    Ok(file)
}

#[cfg(test)]
pub(super) mod tests;
