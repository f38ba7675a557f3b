//! The paths of tasks: which begin one, which only read one.
//!
//! A read is answered by the management plane, which keeps the tasks; a submit and the proxies of
//! images and videos are the relay's.

use super::midjourney::Submit;
use super::suno;
use super::video::Form;

/// A call that begins a task.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TaskCall {
    /// `/mj/submit/…`, `/mj/insight-face/swap`.
    Midjourney(Submit),
    /// `/suno/submit/…`.
    Suno(suno::Action),
    /// `/v1/video/generations`, `/v1/videos`, Kling's and Jimeng's own paths.
    Video(Form),
}

/// A call that reads a task where its files are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TaskRead {
    /// `GET /mj/image/{id}`: a signed address, no key.
    Image,
    /// `GET /v1/videos/{id}/content`.
    Content,
}

/// What a task path asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TaskRoute {
    /// Begins a task (POST).
    Submit(TaskCall),
    /// Reads files (GET).
    Read(TaskRead),
    /// Asks how tasks are; the management plane's.
    Fetch,
    /// The path is a task's, the method is not.
    WrongMethod,
}

/// The speeds that may stand in front of Midjourney's paths.
const SPEEDS: [&str; 3] = ["/fast/mj/", "/turbo/mj/", "/relax/mj/"];

impl TaskRoute {
    /// Finds what a path asks for; `None` when it is no task's.
    pub fn of(method: &str, path: &str, query: Option<&str>) -> Option<Self> {
        if let Some(rest) = below_mj(path) {
            return midjourney(method, rest);
        }
        if let Some(rest) = path.strip_prefix("/suno/") {
            return suno(method, rest);
        }
        if let Some(rest) = path.strip_prefix("/kling/v1/videos/") {
            return kling(method, rest);
        }
        if matches!(path, "/jimeng" | "/jimeng/") {
            return jimeng(method, query.unwrap_or(""));
        }
        videos(method, path)
    }

    /// Says whether a path with a speed in front is Midjourney's.
    pub fn is_speed_path(path: &str) -> bool {
        SPEEDS.iter().any(|speed| path.starts_with(speed))
    }
}

/// Returns what stands behind `/mj/` or `/{speed}/mj/`.
fn below_mj(path: &str) -> Option<&str> {
    path.strip_prefix("/mj/")
        .or_else(|| SPEEDS.iter().find_map(|speed| path.strip_prefix(speed)))
}

fn only(wanted: &str, method: &str, route: TaskRoute) -> TaskRoute {
    if method == wanted {
        route
    } else {
        TaskRoute::WrongMethod
    }
}

fn midjourney(method: &str, rest: &str) -> Option<TaskRoute> {
    if let Some(submit) = Submit::of_path(rest) {
        let call = TaskCall::Midjourney(submit);
        return Some(only("POST", method, TaskRoute::Submit(call)));
    }
    if rest == "task/list-by-condition" {
        return Some(only("POST", method, TaskRoute::Fetch));
    }
    if rest.strip_prefix("image/").is_some_and(is_one_segment) {
        return Some(only("GET", method, TaskRoute::Read(TaskRead::Image)));
    }
    let (id, what) = rest.strip_prefix("task/")?.split_once('/')?;
    let is_fetch = !id.is_empty() && matches!(what, "fetch" | "image-seed");
    is_fetch.then(|| only("GET", method, TaskRoute::Fetch))
}

fn suno(method: &str, rest: &str) -> Option<TaskRoute> {
    if let Some(action) = rest.strip_prefix("submit/") {
        let call = TaskCall::Suno(suno::Action::of(action)?);
        return Some(only("POST", method, TaskRoute::Submit(call)));
    }
    if rest == "fetch" {
        return Some(only("POST", method, TaskRoute::Fetch));
    }
    let is_one = rest.strip_prefix("fetch/").is_some_and(is_one_segment);
    is_one.then(|| only("GET", method, TaskRoute::Fetch))
}

fn kling(method: &str, rest: &str) -> Option<TaskRoute> {
    let (kind, id) = rest.split_once('/').unwrap_or((rest, ""));
    let form = match kind {
        "text2video" => Form::KlingText,
        "image2video" => Form::KlingImage,
        _ => return None,
    };
    if id.is_empty() {
        let call = TaskCall::Video(form);
        return Some(only("POST", method, TaskRoute::Submit(call)));
    }
    is_one_segment(id).then(|| only("GET", method, TaskRoute::Fetch))
}

fn jimeng(method: &str, query: &str) -> Option<TaskRoute> {
    let action = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("Action="))?;
    let route = match action {
        "CVSync2AsyncSubmitTask" => TaskRoute::Submit(TaskCall::Video(Form::Jimeng)),
        "CVSync2AsyncGetResult" => TaskRoute::Fetch,
        _ => return None,
    };
    Some(only("POST", method, route))
}

fn videos(method: &str, path: &str) -> Option<TaskRoute> {
    let submit = |form| only("POST", method, TaskRoute::Submit(TaskCall::Video(form)));
    match path {
        "/v1/video/generations" => return Some(submit(Form::Generic)),
        "/v1/videos" => return Some(submit(Form::Openai)),
        _ => {}
    }
    if let Some(id) = path.strip_prefix("/v1/video/generations/") {
        return is_one_segment(id).then(|| only("GET", method, TaskRoute::Fetch));
    }
    let rest = path.strip_prefix("/v1/videos/")?;
    match rest.split_once('/') {
        None if !rest.is_empty() => Some(only("GET", method, TaskRoute::Fetch)),
        Some((id, "content")) if !id.is_empty() => {
            Some(only("GET", method, TaskRoute::Read(TaskRead::Content)))
        }
        Some((id, "remix")) if !id.is_empty() => Some(submit(Form::Remix)),
        _ => None,
    }
}

fn is_one_segment(rest: &str) -> bool {
    !rest.is_empty() && !rest.contains('/')
}
