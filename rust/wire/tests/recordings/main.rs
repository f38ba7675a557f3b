//! Recordings of real providers, where they lie beside the repository: each passes the tap unchanged, crosses into every
//! chat family and says the same there, however it is cut and framed. `RECORDINGS` names another place for them; `ANSWERS`
//! one with more, sorted by form; with `RECORDINGS_OUT` set, what clients would get is written there, for the schemas.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a broken recording must be named with what is broken"
)]

mod forms;
mod framings;
mod said;
mod streams;
mod wholes;

use std::fmt::Write as _;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use serde_json::json;
use weirgate_wire::Endpoint;

use forms::{ANSWERS, Form, GOLDENS};

/// Where each recording crosses to.
const CLIENTS: [Endpoint; 4] = [
    Endpoint::ChatCompletions,
    Endpoint::Messages,
    Endpoint::Responses,
    Endpoint::StreamGenerateContent,
];

/// What clients would get, one line each.
#[derive(Default)]
struct Crossed(String);

impl Crossed {
    fn keep(&mut self, path: &Path, client: Endpoint, kind: &str, text: &str) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let line = json!({"name": name, "client": client.as_str(), "kind": kind, "text": text});
        writeln!(self.0, "{line}").expect("a text takes a line");
    }
}

/// Files of a form that are left out, each with the reason.
fn is_left_out(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let found = forms::OTHERS.iter().find(|(other, _)| name.contains(other));
    if let Some((_, reason)) = found {
        println!("left out: {name}: {reason}");
    }
    found.is_some()
}

fn recordings(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| !is_left_out(path))
        .collect();
    paths.sort();
    paths
}

fn check(form: &Form, path: &Path, crossed: &mut Crossed) {
    let bytes = fs::read(path).expect("recording is readable");
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    if name.ends_with(".error.json") {
        wholes::check_error(path, &bytes);
    } else if ending == "json" {
        wholes::check(form, path, &bytes, crossed);
    } else {
        streams::check(form, path, ending, bytes, crossed);
    }
}

/// Checks every recording of a form; returns how many there are and what is wrong.
fn walk(form: &Form, folder: &Path, crossed: &mut Crossed) -> (usize, Vec<String>) {
    let paths = recordings(folder);
    let mut wrong = Vec::new();
    for path in &paths {
        let attempt = AssertUnwindSafe(|| check(form, path, crossed));
        if let Err(panicked) = catch_unwind(attempt) {
            let text = panicked.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panicked.downcast_ref::<&str>().copied());
            let text = text.unwrap_or("panicked").replace('\n', " ");
            let end = text.floor_char_boundary(900);
            wrong.push(format!("{}: {}", path.display(), text.split_at(end).0));
        }
    }
    (paths.len(), wrong)
}

#[test]
fn recordings_say_the_same_in_every_family() {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance");
    let shared = std::env::var_os("RECORDINGS").map_or(beside, PathBuf::from);
    let answers = std::env::var_os("ANSWERS").map(PathBuf::from);
    std::panic::set_hook(Box::new(|_| ()));
    let mut crossed = Crossed::default();
    let goldens = GOLDENS.iter().map(|form| (form, shared.join("golden")));
    let more = ANSWERS
        .iter()
        .filter_map(|form| Some((form, answers.as_ref()?.join("answers"))));
    let mut failed = 0;
    println!();
    for (form, place) in goldens.chain(more) {
        let folder = place.join(form.folder);
        let (count, wrong) = walk(form, &folder, &mut crossed);
        if count == 0 {
            println!(
                "no recordings of {} here: only our own cases were checked",
                form.folder
            );
            continue;
        }
        let kind = place.file_name().unwrap_or_default().to_string_lossy();
        let word = if wrong.is_empty() { "PASS" } else { "FAIL" };
        println!(
            "{word} {kind}_of_{} ({count}, {} wrong)",
            form.folder,
            wrong.len()
        );
        for text in &wrong {
            println!("  {text}");
        }
        failed += wrong.len();
    }
    drop(std::panic::take_hook());
    if let Some(folder) = std::env::var_os("RECORDINGS_OUT") {
        let text = crossed.0;
        fs::write(Path::new(&folder).join("crossed.jsonl"), text).expect("folder is writable");
    }
    assert_eq!(failed, 0, "recordings are named above");
}
