//! What is printed besides text: a branch's logo and QR codes, as the dots of a print head.
//!
//! [`bitmap`] is black or nothing; [`shades`] reads a PNG and makes a bitmap of it for the paper it goes on; [`code`] makes
//! one of words. Only whole numbers: the same picture is the same dots on every machine.

pub mod bitmap;
pub mod code;
pub mod shades;

pub use bitmap::Bitmap;
pub use shades::{PictureError, Shades};
