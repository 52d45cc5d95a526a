//! Lets a release build notice screens that were made after it: what was not there cannot be watched by name. A
//! development build reads them from the disk and need not know. And packs the API's document, which is served packed;
//! and lists the migrations of the branch's file.

use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

const DOCUMENT: &str = "../docs/openapi.json";
const MIGRATIONS: &str = "src/journal/migrations";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={DOCUMENT}");
    println!("cargo::rerun-if-changed={MIGRATIONS}");
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed=ui/dist");
        // Functions that came out alike are kept once, and addresses that are only moved are packed.
        println!("cargo::rustc-link-arg-bins=-Wl,--icf=all");
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    fs::write(out.join("migrations.rs"), migrations()?)?;
    let packed = fs::File::create(out.join("openapi.json.gz"))?;
    let mut packing = GzEncoder::new(packed, Compression::best());
    std::io::copy(&mut fs::File::open(DOCUMENT)?, &mut packing)?;
    packing.finish()?;
    Ok(())
}

/// The list that `journal/migrations.rs` includes, from files named `V1__journal.sql`, oldest first.
fn migrations() -> Result<String, Box<dyn Error>> {
    let folder = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join(MIGRATIONS);
    let mut found = Vec::new();
    for file in fs::read_dir(folder)? {
        let path = file?.path();
        let stem = path.file_stem().and_then(|stem| stem.to_str()).ok_or("a migration has no name")?.to_owned();
        let (version, name) = stem.strip_prefix('V').and_then(|stem| stem.split_once("__")).ok_or(stem.clone())?;
        found.push((version.parse::<i32>()?, name.to_owned(), path));
    }
    found.sort();
    if let Some(twice) = found.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        return Err(format!("two migrations are V{}", twice[0].0).into());
    }
    let mut list = String::from("[\n");
    for (version, name, path) in found {
        writeln!(list, "Migration {{ version: {version}, name: {name:?}, sql: include_str!({path:?}) }},")?;
    }
    Ok(list + "]")
}
