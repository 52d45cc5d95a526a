//! One picture as a PDF: a page as large as the paper, and the picture on it.
//!
//! Five objects of fixed shape; a crate that makes any PDF would be larger than the printing code. Source: ISO 32000-1,
//! 7.5 (file structure), 8.9.5 (images), 8.6.6.3 (indexed colours).

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

/// Dots an inch of thermal printers.
const DOTS_PER_INCH: usize = 203;

/// A PDF with one picture of four bits a pixel, whose lines begin with a new byte; `colours` are red, green, blue by index.
pub fn page(width: usize, height: usize, colours: &[u8], packed: &[u8]) -> Vec<u8> {
    // Points are a 72nd of an inch; hundredths of one are fine enough.
    let points = |dots: usize| dots * 7200 / DOTS_PER_INCH;
    let length = |dots: usize| format!("{}.{:02}", points(dots) / 100, points(dots) % 100);
    let (across, down) = (length(width), length(height));
    let drawing = format!("q {across} 0 0 {down} 0 0 cm /T Do Q");
    let palette: String = colours.iter().map(|byte| format!("{byte:02x}")).collect();
    let pixels = deflated(packed);
    let image = format!(
        "<< /Type /XObject /Subtype /Image /Width {width} /Height {height} /BitsPerComponent 4 \
         /ColorSpace [/Indexed /DeviceRGB {} <{palette}>] /Filter /FlateDecode /Length {} >>\nstream\n",
        colours.len() / 3 - 1,
        pixels.len()
    );
    let objects: [Vec<u8>; 5] = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {across} {down}] /Contents 4 0 R \
             /Resources << /XObject << /T 5 0 R >> >> >>"
        )
        .into_bytes(),
        format!("<< /Length {} >>\nstream\n{drawing}\nendstream", drawing.len()).into_bytes(),
        [image.as_bytes(), &pixels, b"\nendstream"].concat(),
    ];
    let mut file = b"%PDF-1.4\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut places = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        places.push(file.len());
        file.extend([format!("{} 0 obj\n", index + 1).as_bytes(), object, b"\nendobj\n"].concat());
    }
    let table = file.len();
    let mut end = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for place in places {
        end.push_str(&format!("{place:010} 00000 n \n"));
    }
    end.push_str(&format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1));
    file.extend(end.into_bytes());
    file
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("a vector takes all that is written to it");
    encoder.finish().expect("a vector takes all that is written to it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_object_stands_where_the_table_says() {
        let file = page(4, 2, &[255, 255, 255, 0, 0, 0], &[0x01, 0x10, 0x01, 0x10]);
        let text = String::from_utf8_lossy(&file);
        assert!(text.starts_with("%PDF-1.4\n") && text.ends_with("%%EOF\n"), "{text}");
        let find = |what: &[u8]| file.windows(what.len()).rposition(|part| part == what).unwrap();
        let table = find(b"xref\n0 6");
        let rows = std::str::from_utf8(&file[table..]).unwrap().lines().skip(3).take(5);
        for (index, row) in rows.enumerate() {
            let place: usize = row[..10].parse().unwrap();
            assert!(file[place..].starts_with(format!("{} 0 obj", index + 1).as_bytes()), "{row}");
        }
        let said: usize = text.split("startxref\n").nth(1).unwrap().lines().next().unwrap().parse().unwrap();
        assert_eq!(said, table);
    }
}
