//! Lets a release build notice screens that were made after it: what was not there cannot be watched by name. A
//! development build reads them from the disk and need not know. And packs the API's document, which is served packed.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use flate2::Compression;
use flate2::write::GzEncoder;

const DOCUMENT: &str = "../docs/openapi.json";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={DOCUMENT}");
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed=ui/dist");
        // Functions that came out alike are kept once, and addresses that are only moved are packed.
        println!("cargo::rustc-link-arg-bins=-Wl,--icf=all");
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
    let packed = fs::File::create(PathBuf::from(std::env::var("OUT_DIR")?).join("openapi.json.gz"))?;
    let mut packing = GzEncoder::new(packed, Compression::best());
    std::io::copy(&mut fs::File::open(DOCUMENT)?, &mut packing)?;
    packing.finish()?;
    Ok(())
}
