//! The worked examples of the reference, section C, as files.

use pay_rules::conformance;
use std::{fs, path::Path};

#[test]
fn every_worked_example_of_section_c_comes_out() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance/pay");
    let (mut count, mut found) = (0, Vec::new());
    for entry in fs::read_dir(root).expect("a folder") {
        let folder = entry.expect("an entry").path();
        let differences = conformance::check(|name| fs::read_to_string(folder.join(name)).ok());
        found.extend(differences.into_iter().map(|difference| format!("{}: {difference}", folder.display())));
        count += 1;
    }
    assert!(count >= 56, "{count} folders");
    assert!(found.is_empty(), "{found:#?}");
}
