//! The bytes still to be read, and the lengths of commands that print no text.
//!
//! Each of these gives `None` where the bytes end in the middle.

use crate::printing::graphics::Bitmap;

/// The bytes still to be read.
pub struct Cursor<'a>(pub &'a [u8]);

impl<'a> Cursor<'a> {
    /// `… ( fn pL pH …`: which function, and what it is given.
    pub fn parametric(&mut self) -> Option<(u8, &'a [u8])> {
        let function = self.byte()?;
        let length = self.number()?;
        Some((function, self.take(length)?))
    }

    /// `ESC * m nL nH …`: modes 32 and 33 have three bytes a column.
    pub fn skip_column_image(&mut self) -> Option<()> {
        let mode = self.byte()?;
        let columns = self.number()?;
        self.skip(columns * if matches!(mode, 32 | 33) { 3 } else { 1 })
    }

    /// `ESC & y c1 c2 (x …)…`: for each character its width, then that many columns of `y` bytes.
    pub fn skip_user_characters(&mut self) -> Option<()> {
        let (height, first, last) = (self.byte()?, self.byte()?, self.byte()?);
        for _ in first..=last {
            let width = self.byte()?;
            self.skip(usize::from(height) * usize::from(width))?;
        }
        Some(())
    }

    /// `… ( fn pL pH …`: the commands that say their own length.
    pub fn skip_parametric(&mut self) -> Option<()> {
        self.parametric().map(drop)
    }

    /// `GS 8 L p1 p2 p3 p4 …`.
    pub fn skip_long_graphics(&mut self) -> Option<()> {
        self.byte()?;
        let (low, high) = (self.number()?, self.number()?);
        self.skip(high.saturating_mul(0x1_0000).saturating_add(low))
    }

    /// `GS k m … NUL` for m up to 6, `GS k m n …` above.
    pub fn skip_barcode(&mut self) -> Option<()> {
        if self.byte()? <= 6 {
            return self.skip_to_nul();
        }
        let length = self.byte()?;
        self.skip(usize::from(length))
    }

    /// `GS v 0 m xL xH yL yH …`: x bytes by y dots.
    pub fn raster(&mut self) -> Option<Bitmap> {
        self.skip(2)?;
        let (width, height) = (self.number()?, self.number()?);
        let rows = self.take(width.saturating_mul(height))?;
        Some(Bitmap::of_rows(width, rows))
    }

    /// `GS * x y …`: x × y × 8 bytes.
    pub fn skip_downloaded_image(&mut self) -> Option<()> {
        let (width, height) = (self.byte()?, self.byte()?);
        self.skip(usize::from(width) * usize::from(height) * 8)
    }

    pub fn skip_to_nul(&mut self) -> Option<()> {
        while self.byte()? != 0 {}
        Some(())
    }

    pub fn skip(&mut self, count: usize) -> Option<()> {
        self.take(count).map(drop)
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    pub fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(byte)
    }

    /// Two bytes, the low one first.
    pub fn number(&mut self) -> Option<usize> {
        let (low, high) = (self.byte()?, self.byte()?);
        Some(usize::from(u16::from_le_bytes([low, high])))
    }
}
