//! The folder a crate stands in says what it may touch.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

struct Crate {
    folder: PathBuf,
    uses: BTreeSet<String>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn crates() -> BTreeMap<String, Crate> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root().join("crates")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let manifest = path.join("Cargo.toml");
            if manifest.is_file() {
                let text = std::fs::read_to_string(&manifest).expect("read");
                let table: toml::Table = text.parse().expect("TOML");
                let uses = table["dependencies"].as_table().expect("dependencies").keys().cloned().collect();
                let name = table["package"]["name"].as_str().expect("a name").to_owned();
                found.insert(name, Crate { folder: path, uses });
            } else if path.is_dir() {
                folders.push(path);
            }
        }
    }
    found
}

fn users_of<'a>(crates: &'a BTreeMap<String, Crate>, dependency: &str) -> Vec<&'a str> {
    crates.iter().filter(|(_, found)| found.uses.contains(dependency)).map(|(name, _)| name.as_str()).collect()
}

#[test]
fn base_depends_on_nothing_of_ours_pay_rules_on_base_and_rules_on_both() {
    let crates = crates();
    let allowed: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("base", ["jiff", "rust_decimal", "serde", "thiserror"].as_slice()),
        (
            "pay-rules",
            ["base", "csv", "jiff", "num-bigint", "num-integer", "serde", "serde_json", "sha2", "thiserror", "toml"]
                .as_slice(),
        ),
        ("rules", ["base", "jiff", "pay-rules", "rust_decimal", "serde", "serde_json", "thiserror", "toml"].as_slice()),
    ]);
    for (name, allowed) in allowed {
        for used in &crates[name].uses {
            assert!(allowed.contains(&used.as_str()), "{name} may not use {used}");
        }
    }
}

#[test]
fn each_dangerous_dependency_is_owned_by_one_edge() {
    let crates = crates();
    let owners: [(&str, &[&str]); 12] = [
        ("rust_xlsxwriter", &["documents"]),
        ("sea-orm", &["db", "testkit", "tests"]), // tests make whole databases and look behind the store
        ("sqlx", &[]),
        ("datafusion", &["kpi-engine"]),
        ("arrow", &[]),
        ("parquet", &[]),
        ("reqwest", &[]),
        ("lettre", &["outbound"]),
        ("typst", &["documents"]),
        ("typst-as-lib", &["documents"]),
        ("typst-pdf", &["documents"]),
        ("wuff", &["documents"]),
    ];
    for (dependency, allowed) in owners {
        for user in users_of(&crates, dependency) {
            assert!(allowed.contains(&user), "{user} may not name {dependency}: it belongs to {allowed:?}");
        }
    }
}

#[test]
fn edges_know_no_feature() {
    let crates = crates();
    let features: BTreeSet<&str> = crates
        .iter()
        .filter(|(_, found)| found.folder.iter().any(|part| part == "features"))
        .map(|(name, _)| name.as_str())
        .collect();
    assert!(!features.is_empty());
    for (name, found) in crates.iter().filter(|(_, found)| found.folder.iter().any(|part| part == "edges")) {
        for used in &found.uses {
            assert!(!features.contains(used.as_str()), "{name} is an edge and may not know {used}");
        }
    }
}

#[test]
fn the_list_of_edges_between_features_fits_on_one_screen() {
    let crates = crates();
    let features: Vec<&str> = crates
        .iter()
        .filter(|(_, found)| found.folder.iter().any(|part| part == "features"))
        .map(|(name, _)| name.as_str())
        .collect();
    let mut edges = Vec::new();
    for feature in &features {
        for used in &crates[*feature].uses {
            if features.contains(&used.as_str()) {
                edges.push(format!("{feature} -> {used}"));
            }
        }
    }
    let known = [
        "appraisal -> access",
        "appraisal -> attachments",
        "appraisal -> kpi",
        "attachments -> access",
        "coaching -> access",
        "coaching -> appraisal",
        "coaching -> crm",
        "coaching -> kpi",
        "compensation -> access",
        "compensation -> appraisal",
        "compensation -> pay",
        "goals -> access",
        "goals -> crm",
        "goals -> kpi",
        "hr -> access",
        "hr -> appraisal",
        "hr -> coaching",
        "hr -> training",
        "import -> access",
        "inbox -> access",
        "inbox -> appraisal",
        "inbox -> coaching",
        "inbox -> goals",
        "inbox -> pay",
        "inbox -> recruiting",
        "inbox -> training",
        "kpi -> access",
        "kpi -> crm",
        "kpi -> records",
        "pay -> access",
        "pay -> attachments",
        "pay -> crm",
        "pay -> kpi",
        "pay -> records",
        "records -> access",
        "recruiting -> access",
        "recruiting -> appraisal",
        "recruiting -> attachments",
        "recruiting -> goals",
        "territories -> access",
        "territories -> crm",
        "territories -> kpi",
        "training -> access",
        "training -> appraisal",
        "training -> crm",
    ];
    for edge in &edges {
        assert!(known.contains(&edge.as_str()), "a new edge {edge}: add it here when it is meant");
    }
}

fn rust_files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            rust_files(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

#[test]
fn money_is_never_a_float() {
    let mut files = Vec::new();
    for folder in ["base", "pay-rules", "rules", "edges/db", "edges/kpi-engine", "features"] {
        rust_files(&root().join("crates").join(folder), &mut files);
    }
    assert!(files.len() > 10);
    for file in files {
        let text = std::fs::read_to_string(&file).expect("read");
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            let float = code.split(|letter: char| !letter.is_alphanumeric()).any(|word| word == "f64" || word == "f32");
            // A spreadsheet's cell is a float before anybody can help it; it is parsed at that edge.
            let edge = file.ends_with("import/src/table.rs");
            assert!(!float || edge, "{}:{} uses a float", file.display(), number + 1);
        }
    }
}

#[test]
fn a_warning_is_expected_with_a_reason_never_allowed() {
    let mut files = Vec::new();
    rust_files(&root().join("crates"), &mut files);
    for file in files.iter().filter(|file| !file.ends_with("invariants.rs")) {
        let text = std::fs::read_to_string(file).expect("read");
        assert!(!text.contains("#[allow("), "{} allows a warning", file.display());
        assert!(!text.contains("#[ignore"), "{} ignores a test", file.display());
        assert!(text.lines().count() <= 700, "{} is long: is there a second room in it?", file.display());
    }
}

/// A crate is built a second time for its unit tests alone: only where it has some, and never past them.
#[test]
fn a_crate_is_built_for_unit_tests_where_it_has_some() {
    let folders = ["crates/features", "crates/edges"].map(|below| std::fs::read_dir(root().join(below)).expect("read"));
    let folders = folders.into_iter().flatten().map(|folder| folder.expect("read").path());
    let mut seen = 0;
    for folder in folders.chain([root().join("crates/testkit")]) {
        let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).expect("read");
        let is_built = !manifest.lines().any(|line| line.starts_with("test = false"));
        let mut files = Vec::new();
        rust_files(&folder.join("src"), &mut files);
        let has = |file: &PathBuf| {
            let text = std::fs::read_to_string(file).expect("read");
            ["#[test]", "::test]", "::test(", "proptest!"].iter().any(|mark| text.contains(mark))
        };
        assert_eq!(is_built, files.iter().any(has), "{}: `test = false` where there is no unit test", folder.display());
        seen += 1;
    }
    assert!(seen > 15);
}
