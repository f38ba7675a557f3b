//! Where large requests wait: the caps, a full disk, and what a kill left behind.

use std::path::Path;
use std::process::Command;

use http::{HeaderValue, Method};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::*;

fn start(upstream: &Upstream, config: Value) -> Node {
    let mut row = channel(1, &upstream.url());
    row["models"] = json!(["gpt-4o", "whisper-1"]);
    Setup::new(vec![row])
        .prices(json!({"model_ratio": {"gpt-4o": "1", "whisper-1": "15"}}))
        .config(config)
        .start()
}

async fn upload(node: &Node, bytes: usize) -> Answer {
    let mut body = b"--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper-1\r\n\
        --b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.mp3\"\r\n\r\n"
        .to_vec();
    body.resize(body.len() + bytes, 7);
    body.extend_from_slice(b"\r\n--b--\r\n");
    let client = node.client();
    let mut request = client.request(Method::POST, "/v1/audio/transcriptions", body);
    let kind = HeaderValue::from_static("multipart/form-data; boundary=b");
    request.headers_mut().insert("content-type", kind);
    client.whole(request).await
}

fn chat(bytes: usize) -> String {
    let words = "word ".repeat(bytes / 5);
    json!({"model": "gpt-4o", "messages": [{"role": "user", "content": words}]}).to_string()
}

fn files_in(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}

#[tokio::test]
async fn what_a_kill_left_behind_is_removed_and_nothing_else() {
    let upstream = Upstream::start(|_| Reply::json(r#"{"text":"hello"}"#));
    let folder = TempDir::new().unwrap();
    let own = folder.path().join("weirgate-uploads-0");
    std::fs::create_dir(&own).unwrap();
    std::fs::write(own.join(".tmpabc"), "half an upload").unwrap();
    std::fs::write(folder.path().join("not ours"), "").unwrap();

    let node = start(&upstream, json!({"spool_dir": folder.path()}));

    assert_eq!(files_in(&own), 0);
    assert!(folder.path().join("not ours").exists());
    assert_eq!(upload(&node, 3_000_000).await.status, 200);
    assert_eq!(files_in(&own), 0, "uploads have no names");
}

#[test]
fn a_folder_that_cannot_be_used_stops_the_start() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let config = json!({
        "listen": "127.0.0.1:0", "management_socket": "m", "data_dir": folder.path(), "spool_dir": file,
        "key_secret": "07".repeat(32)
    });
    let config = weirgate_relay::Config::from_json(config.to_string().as_bytes()).unwrap();
    let error = weirgate_relay::Gateway::open(config).unwrap_err();
    assert!(error.to_string().starts_with("spool folder:"), "{error}");
}

#[tokio::test]
async fn large_json_beyond_the_room_in_memory_is_refused() {
    let upstream = Upstream::start(|_| Reply::json(REPLY));
    let limits = json!({"limits": {"memory_bytes": 2_500_000, "spool_above_bytes": 100_000}});
    let node = start(&upstream, limits);
    let client = node.client();
    for _ in 0..3 {
        assert_eq!(
            client.chat(chat(2_000_000)).await.status,
            200,
            "room is given back"
        );
    }
    for path in ["/v1/messages", "/v1/chat/completions"] {
        let request = client.request(Method::POST, path, chat(3_000_000));
        let answer = client.whole(request).await;
        assert_eq!(answer.status, 503, "{answer:?}");
        assert_eq!(answer.headers["retry-after"], "5");
        let message = answer.json()["error"]["message"].to_string();
        assert!(message.contains("under way"), "{message}");
    }
    assert_eq!(
        client.chat(chat(50_000)).await.status,
        200,
        "small ones pass"
    );
}

#[tokio::test]
async fn a_full_disk_refuses_uploads_with_507() {
    let folder = TempDir::new().unwrap();
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=2m", "tmpfs"])
        .arg(folder.path())
        .output()
        .is_ok_and(|output| output.status.success());
    if !mounted {
        println!("not run: a real full disk (mounting a filesystem is not permitted here)");
        return;
    }
    let upstream = Upstream::start(|_| Reply::json(r#"{"text":"hello"}"#));
    let node = start(&upstream, json!({"spool_dir": folder.path()}));

    let full = upload(&node, 5_000_000).await;
    let fits = upload(&node, 1_500_000).await;
    drop(node);
    let unmounted = Command::new("umount").arg(folder.path()).status();
    assert!(unmounted.is_ok_and(|status| status.success()));

    assert_eq!(full.status, 507, "{full:?}");
    assert_eq!(full.json()["error"]["code"], "storage_full");
    assert_eq!(fits.status, 200, "what the first had taken is free again");
    assert_eq!(upstream.count(), 1);
}
