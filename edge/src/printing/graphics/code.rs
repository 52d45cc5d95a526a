//! Words as a QR code.

use qrcode::{Color, EcLevel, QrCode};

use super::Bitmap;

/// A code that says something.
pub struct Code {
    modules: usize,
    colors: Vec<Color>,
}

impl Code {
    /// The code of these words, that is still read with a seventh of it gone; none where they are too many for any code.
    pub fn of(words: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(words, EcLevel::M).ok()?;
        Some(Self { modules: code.width(), colors: code.to_colors() })
    }

    /// How many dots a module takes where it should take so many, on a paper so wide; at least one.
    pub fn fitting(&self, module_dots: u8, paper_dots: u16) -> u8 {
        let room = u8::try_from(usize::from(paper_dots) / self.modules).unwrap_or(u8::MAX);
        module_dots.min(room).max(1)
    }

    /// The code in dots.
    pub fn dots(&self, module_dots: u8) -> Bitmap {
        let module = usize::from(module_dots.max(1));
        let side = self.modules * module;
        let mut bitmap = Bitmap::white(side, side);
        for y in 0..side {
            for x in 0..side {
                if self.colors[y / module * self.modules + x / module] == Color::Dark {
                    bitmap.blacken(x, y);
                }
            }
        }
        bitmap
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_corners_and_fits_the_paper() {
        let code = Code::of("ESQ-F-000042").unwrap();
        assert_eq!(code.modules, 21);
        let dots = code.dots(4);
        assert_eq!((dots.width(), dots.height()), (88, 84));
        // The finder pattern: seven black, one white, at three of four corners.
        let finder = |x: usize, y: usize| (0..28).all(|step| dots.is_black(x + step, y) && dots.is_black(x, y + step));
        assert!(finder(0, 0) && finder(56, 0) && finder(0, 56) && !finder(56, 56));
        assert_eq!((code.fitting(6, 384), code.fitting(40, 384), code.fitting(6, 16)), (6, 18, 1));
    }

    #[test]
    fn what_no_code_can_hold_is_none() {
        assert!(Code::of(&"x".repeat(200)).is_some_and(|code| code.fitting(8, 384) >= 6));
        assert!(Code::of(&"ñ".repeat(2000)).is_none());
    }
}
