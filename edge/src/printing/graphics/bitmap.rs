//! A picture of dots, as a print head makes them: black or nothing.

use std::iter;

/// A picture of dots: rows from the top, each from the left, eight dots a byte, the left one high; a row begins with a new
/// byte. As `GS v 0` sends them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bitmap {
    row_bytes: usize,
    bytes: Vec<u8>,
}

impl Bitmap {
    /// White, at least so wide.
    pub fn white(width: usize, height: usize) -> Self {
        let row_bytes = width.div_ceil(8).max(1);
        Self { row_bytes, bytes: vec![0; row_bytes * height] }
    }

    /// The rows as they are sent; what is no whole row at the end is dropped.
    pub fn of_rows(row_bytes: usize, bytes: &[u8]) -> Self {
        let row_bytes = row_bytes.max(1);
        Self { row_bytes, bytes: bytes[..bytes.len() / row_bytes * row_bytes].to_vec() }
    }

    /// Dots a row, a multiple of eight.
    pub const fn width(&self) -> usize {
        self.row_bytes * 8
    }

    /// Bytes a row.
    pub const fn row_bytes(&self) -> usize {
        self.row_bytes
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.bytes.len() / self.row_bytes
    }

    /// Makes a dot black. One that lies outside is not there.
    pub fn blacken(&mut self, x: usize, y: usize) {
        if x < self.width()
            && let Some(byte) = self.bytes.get_mut(y * self.row_bytes + x / 8)
        {
            *byte |= 0x80 >> (x % 8);
        }
    }

    /// Whether a dot is black.
    pub fn is_black(&self, x: usize, y: usize) -> bool {
        let byte = self.bytes.get(y * self.row_bytes + x / 8);
        x < self.width() && byte.is_some_and(|byte| byte & (0x80 >> (x % 8)) != 0)
    }

    /// The rows in bands no higher than this, from the top: clones overrun on a tall picture and print its rest as text.
    pub fn bands(&self, height: usize) -> impl Iterator<Item = &[u8]> {
        self.bytes.chunks(self.row_bytes * height.max(1))
    }

    /// The same without what a printer would take for a request in real time (`DLE EOT`, `DLE ENQ`, `DLE DC4`), which acts
    /// anywhere, also between the dots of a picture: it would answer, drop its buffer or open the drawer. One dot more a
    /// place is seen by nobody.
    pub fn defused(mut self) -> Self {
        let follows = self.bytes.iter().copied().skip(1).chain(iter::once(0)).collect::<Vec<_>>();
        for (byte, next) in self.bytes.iter_mut().zip(follows) {
            if *byte == 0x10 && matches!(next, 0x04 | 0x05 | 0x14) {
                *byte = 0x18;
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_where_they_were_put() {
        let mut bitmap = Bitmap::white(10, 3);
        assert_eq!((bitmap.width(), bitmap.height(), bitmap.row_bytes()), (16, 3, 2));
        for (x, y) in [(0, 0), (9, 1), (15, 2), (16, 0), (0, 3)] {
            bitmap.blacken(x, y);
        }
        assert!(bitmap.is_black(0, 0) && bitmap.is_black(9, 1) && bitmap.is_black(15, 2));
        assert!(!bitmap.is_black(1, 0) && !bitmap.is_black(16, 0) && !bitmap.is_black(0, 3));
        assert_eq!(bitmap.bands(2).map(<[u8]>::to_vec).collect::<Vec<_>>(), [vec![0x80, 0, 0, 0x40], vec![0, 1]]);
        assert_eq!(Bitmap::of_rows(2, &[0x80, 0, 0, 0x40, 0, 1, 9]), bitmap);
    }

    #[test]
    fn no_dots_of_a_picture_are_a_request_in_real_time() {
        let bitmap = Bitmap::of_rows(3, &[0x10, 0x04, 0x01, 0x10, 0x14, 0x08, 0x10, 0x05, 0x10]).defused();
        let bytes: Vec<u8> = bitmap.bands(9).flatten().copied().collect();
        assert_eq!(bytes, [0x18, 0x04, 0x01, 0x18, 0x14, 0x08, 0x18, 0x05, 0x10]);
    }
}
