//! Says what to do when the pages' assets are not there yet; embedding them is the derive's work.

use std::path::Path;

const DIST: &str = "../../../web/dist";

fn main() {
    println!("cargo::rerun-if-changed={DIST}");
    if !Path::new(DIST).join("clinch.css").exists() {
        println!("cargo::error=web/dist is missing: run `npm ci && npm run build` in the folder web first");
    }
}
