//! Photos as they come: held sideways, transparent, with where they were taken in them; and files that are none.

use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{ImageEncoder, Rgb};

use super::*;

const RED: [u8; 3] = [200, 30, 30];
const BLUE: [u8; 3] = [30, 30, 200];
/// What a telephone writes beside a photo of a dish.
const PLACE: &str = "4.6097 N 74.0817 W";

/// Red on the left, blue on the right.
fn halves(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| Rgb(if x < width / 2 { RED } else { BLUE }))
}

/// A JPEG as a camera writes it, without metadata.
pub fn jpeg(width: u32, height: u32) -> Vec<u8> {
    written(&halves(width, height)).unwrap()
}

/// The same with Exif that says how the camera was held (6 is a quarter turn to the right) and where.
fn held(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    exif.extend(PLACE.as_bytes());
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
}

fn read(jpeg: &[u8]) -> RgbImage {
    image::load_from_memory_with_format(jpeg, ImageFormat::Jpeg).unwrap().into_rgb8()
}

fn sides(sizes: &Sizes) -> Vec<(u32, u32)> {
    sizes.0.iter().map(|jpeg| read(jpeg).dimensions()).collect()
}

/// Whether the colour is about this one; JPEG is not exact.
fn is_about(found: &Rgb<u8>, meant: [u8; 3]) -> bool {
    found.0.iter().zip(meant).all(|(found, meant)| found.abs_diff(meant) < 24)
}

/// A PNG of so many pixels by what it says, and none by what it has.
fn claiming(width: u32, height: u32) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    for (kind, data) in [(b"IHDR", header), (b"IDAT", vec![0x78, 0x9c, 0x03, 0, 0, 0, 0, 1]), (b"IEND", Vec::new())] {
        let mut sum = flate2::Crc::new();
        sum.update(kind);
        sum.update(&data);
        file.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        file.extend([&kind[..], &data, &sum.sum().to_be_bytes()].concat());
    }
    file
}

#[test]
fn every_size_keeps_the_shape_and_none_is_larger_than_it_came() {
    assert_eq!(sides(&Sizes::of(&jpeg(2000, 1000)).unwrap()), [(320, 160), (640, 320), (1280, 640)]);
    assert_eq!(sides(&Sizes::of(&jpeg(500, 800)).unwrap()), [(200, 320), (400, 640), (500, 800)]);
    assert_eq!(sides(&Sizes::of(&jpeg(3, 2)).unwrap()), [(3, 2); 3]);
    assert_eq!(sides(&Sizes::of(&jpeg(4000, 1)).unwrap()), [(320, 1), (640, 1), (1280, 1)], "a line stays one");
}

#[test]
fn the_same_photo_is_the_same_bytes() {
    assert_eq!(Sizes::of(&jpeg(900, 700)).unwrap(), Sizes::of(&jpeg(900, 700)).unwrap());
}

#[test]
fn a_photo_stands_as_it_was_taken_and_says_no_more_where() {
    let file = held(&jpeg(1600, 800), 6);
    assert!(file.windows(PLACE.len()).any(|part| part == PLACE.as_bytes()));
    let sizes = Sizes::of(&file).unwrap();
    assert_eq!(sides(&sizes), [(160, 320), (320, 640), (640, 1280)]);
    for jpeg in &sizes.0 {
        let picture = read(jpeg);
        let middle = picture.width() / 2;
        assert!(is_about(picture.get_pixel(middle, 2), RED), "what was left is up");
        assert!(is_about(picture.get_pixel(middle, picture.height() - 3), BLUE));
        for told in [&b"Exif"[..], PLACE.as_bytes()] {
            assert!(!jpeg.windows(told.len()).any(|part| part == told));
        }
    }
}

#[test]
fn each_way_a_camera_is_held_is_turned_back() {
    for (orientation, (width, height), red_at) in [
        (1, (40, 20), (2, 2)),
        (2, (40, 20), (37, 2)),
        (3, (40, 20), (37, 17)),
        (4, (40, 20), (2, 17)),
        (5, (20, 40), (2, 2)),
        (6, (20, 40), (17, 2)),
        (7, (20, 40), (17, 37)),
        (8, (20, 40), (2, 37)),
        (9, (40, 20), (2, 2)),
    ] {
        let picture = read(&Sizes::of(&held(&jpeg(40, 20), orientation)).unwrap().0[2]);
        assert_eq!(picture.dimensions(), (width, height), "{orientation}");
        assert!(is_about(picture.get_pixel(red_at.0, red_at.1), RED), "{orientation}");
    }
}

#[test]
fn png_and_webp_come_too_and_what_is_transparent_is_white() {
    let (width, height) = (64, 32);
    let clear: Vec<u8> = halves(width, height)
        .pixels()
        .flat_map(|Rgb([red, green, blue])| [*red, *green, *blue, if *red > *blue { 0 } else { 255 }])
        .collect();
    let (mut png, mut webp) = (Vec::new(), Vec::new());
    PngEncoder::new(&mut png).write_image(&clear, width, height, ExtendedColorType::Rgba8).unwrap();
    WebPEncoder::new_lossless(&mut webp).write_image(&clear, width, height, ExtendedColorType::Rgba8).unwrap();
    for file in [png, webp] {
        let picture = read(&Sizes::of(&file).unwrap().0[0]);
        assert!(is_about(picture.get_pixel(5, 16), [255; 3]) && is_about(picture.get_pixel(60, 16), BLUE));
    }
}

#[test]
fn shades_and_sixteen_bits_a_colour_are_read() {
    let wide: Vec<u8> = [51_400_u16, 7_710, 7_710].repeat(16 * 16).into_iter().flat_map(u16::to_ne_bytes).collect();
    let faint: Vec<u8> = [0_u8, 128].repeat(16 * 16);
    let of = |pixels: &[u8], kind| {
        let mut png = Vec::new();
        PngEncoder::new(&mut png).write_image(pixels, 16, 16, kind).unwrap();
        *read(&Sizes::of(&png).unwrap().0[0]).get_pixel(8, 8)
    };
    assert!(is_about(&of(&wide, ExtendedColorType::Rgb16), RED));
    assert!(is_about(&of(&faint, ExtendedColorType::La8), [127; 3]), "half black on white");
    assert!(is_about(&of(&[90; 256], ExtendedColorType::L8), [90; 3]));
}

#[test]
fn what_says_it_is_huge_is_refused_before_it_is_unpacked() {
    for (width, height) in [(50_000, 50_000), (u32::MAX >> 1, 1), (6_000, 4_001)] {
        assert!(
            matches!(Sizes::of(&claiming(width, height)), Err(PhotoError::TooLarge { .. } | PhotoError::Unreadable(_))),
            "{width} × {height}"
        );
    }
    let mut jpeg = jpeg(8, 8);
    let frame = jpeg.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xfd, 0xe8, 0xfd, 0xe8]);
    assert!(matches!(Sizes::of(&jpeg), Err(PhotoError::TooLarge { width: 65_000, height: 65_000 })));
}

#[test]
fn what_is_no_picture_or_half_of_one_is_refused() {
    for file in [
        &b""[..],
        b"hola",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a\x01\0\x01\0",
        b"%PDF-1.7",
        b"\xff\xd8\xff",
    ] {
        assert!(Sizes::of(file).is_err(), "{file:?}");
    }
    assert!(matches!(Sizes::of(&claiming(4, 4)), Err(PhotoError::Unreadable(_))), "a head without a body");
    assert!(matches!(Sizes::of(b"\xff\xd8\xff\xe0 and then nothing of the kind"), Err(PhotoError::Unreadable(_))));
}

#[test]
fn any_byte_that_is_changed_gives_a_picture_or_a_refusal() {
    let good = jpeg(24, 16);
    for at in 0..good.len() {
        for value in [0x00, 0x5a, 0xff] {
            let mut file = good.clone();
            file[at] = value;
            let _ = Sizes::of(&file);
        }
        let _ = Sizes::of(&good[..at]);
    }
}
