//! Lets a release build notice screens that were made after it: what was not there cannot be watched by name. A
//! development build reads them from the disk and need not know.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed=ui/dist");
    }
}
