//! `DashScope`'s images. Newer models answer at once in a form like chat; older ones make a task that is asked for until it
//! is done, and its last answer is the one read here.

use serde_json::{Map, Value, json};

use crate::canon::{DecodeError, EncodeError, ImagesReply, ImagesRequest, Made};
use crate::vendor::dialect::Written;
use crate::vendor::follow::Follow;
use crate::vendor::media::{addresses, copy, images_left_out, only_urls, pixels};
use crate::vendor::plain::{put, text_at};
use crate::vendor::state::vendor_error;

/// Models that answer at once; the others make tasks.
const AT_ONCE: [&str; 5] = ["qwen-image", "z-image", "wan2.6", "wan2.7", "wan3"];
const SAYS: [&str; 9] = [
    "size",
    "n",
    "seed",
    "negative_prompt",
    "prompt_extend",
    "watermark",
    "style",
    "ref_img",
    "thinking_mode",
];
const PARAMETERS: [&str; 5] = [
    "seed",
    "prompt_extend",
    "watermark",
    "style",
    "thinking_mode",
];

/// Says whether a model answers at once.
pub(in crate::vendor) fn is_at_once(model: &str) -> bool {
    AT_ONCE.iter().any(|start| model.starts_with(start))
}

/// Says whether a model changes images: those that answer at once take them beside the words.
pub(in crate::vendor) fn edits(model: &str) -> bool {
    is_at_once(model)
}

/// Writes a request.
pub(in crate::vendor) fn write(request: &ImagesRequest) -> Result<Written, EncodeError> {
    only_urls(request)?;
    if request.mask.is_some() {
        return Err(EncodeError::Unsupported { field: "mask" });
    }
    let drops = images_left_out(request, &SAYS)?;
    let mut parameters = Map::new();
    if let Some((width, height)) = request.size.as_deref().and_then(pixels) {
        parameters.insert("size".to_owned(), json!(format!("{width}*{height}")));
    }
    put(&mut parameters, "n", request.n.as_ref());
    copy(&request.rest, &PARAMETERS, &mut parameters);
    let input = if is_at_once(&request.model) {
        copy(&request.rest, &["negative_prompt"], &mut parameters);
        let images = request.images.iter();
        let images = images.map(|image| json!({"image": image}));
        let content: Vec<Value> = images.chain([json!({"text": request.prompt})]).collect();
        json!({"messages": [{"role": "user", "content": content}]})
    } else {
        let mut input = Map::new();
        input.insert("prompt".to_owned(), json!(request.prompt));
        copy(&request.rest, &["negative_prompt", "ref_img"], &mut input);
        Value::Object(input)
    };
    let body = json!({"model": request.model, "input": input, "parameters": parameters});
    Ok((body, drops))
}

/// Says where a task that is not done is asked for.
pub(in crate::vendor) fn follow(document: &Value) -> Option<Follow> {
    let is_open = matches!(
        text_at(document, "/output/task_status"),
        "PENDING" | "RUNNING" | "SUSPENDED"
    );
    let id = text_at(document, "/output/task_id");
    is_open.then(|| Follow::new("/api/v1/", "tasks", id))?
}

/// Reads an answer, or a task that is done.
pub(in crate::vendor) fn read(document: &Value) -> Result<ImagesReply, DecodeError> {
    let output = document.get("output").unwrap_or(&Value::Null);
    let images = match output.get("choices").and_then(Value::as_array) {
        Some(choices) => choices.iter().flat_map(of_choice).collect(),
        None => addresses(output.get("results")),
    };
    if images.is_empty() {
        // A failed task says why in its output, a failed image in its place, a refused call at the top.
        let said = [
            output,
            output.pointer("/results/0").unwrap_or(output),
            document,
        ];
        let why = said.into_iter().find(|it| it.get("message").is_some());
        return Err(match why {
            Some(why) => {
                DecodeError::Upstream(vendor_error(why.get("code"), text_at(why, "/message")))
            }
            None => DecodeError::Unreadable("images are missing".to_owned()),
        });
    }
    Ok(ImagesReply {
        images,
        usage: None,
    })
}

fn of_choice(choice: &Value) -> Vec<Made> {
    let content = choice.pointer("/message/content").and_then(Value::as_array);
    let images = content
        .into_iter()
        .flatten()
        .filter_map(|part| part.get("image"));
    images.flat_map(|image| addresses(Some(image))).collect()
}
