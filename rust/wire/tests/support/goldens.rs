//! Goldens beside their cases: finds the inputs of a folder and compares, or writes when `UPDATE_GOLDENS` is set.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;

/// Returns the input files of a folder below `tests/contracts`: those whose name has one dot.
pub(crate) fn cases(folder: &str, extension: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/contracts");
    let entries = fs::read_dir(root.join(folder)).expect("folder is readable");
    let is_input = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.matches('.').count() == 1 && name.ends_with(&format!(".{extension}"))
    };
    let paths = entries.map(|entry| entry.expect("entry is readable").path());
    let mut paths: Vec<_> = paths.filter(is_input).collect();
    paths.sort();
    assert!(!paths.is_empty(), "no .{extension} case in {folder}");
    paths
}

/// Compares a text with the golden of this suffix.
pub(crate) fn compare_text(case: &Path, suffix: &str, found: &str) {
    let golden = case.with_extension(suffix);
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        fs::write(&golden, found).expect("golden is writable");
    }
    let wanted = fs::read_to_string(&golden);
    let wanted = wanted.unwrap_or_else(|error| panic!("{}: {error}", golden.display()));
    assert_eq!(found, wanted, "{}", golden.display());
}

/// Compares a value with the golden of this suffix.
pub(crate) fn compare(case: &Path, suffix: &str, found: &impl Serialize) {
    let found = serde_json::to_value(found).expect("value is writable");
    let text = serde_json::to_string_pretty(&found).expect("value is writable");
    compare_text(case, suffix, &format!("{text}\n"));
}

/// Returns a file as JSON.
pub(crate) fn read_json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).expect("case is readable"))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
