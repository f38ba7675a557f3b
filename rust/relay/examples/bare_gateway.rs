//! The data plane alone, for measuring it: one user, one key, one channel that speaks to a given
//! upstream. Prints its address and runs until its standard input ends.
//!
//! `cargo run --release -p weirgate-relay --example bare_gateway -- UPSTREAM_URL PORT FOLDER`

use std::io::{Read as _, Write as _};

use serde_json::json;
use weirgate_policy::KeyHasher;
use weirgate_relay::{Config, Gateway};

type Failure = Box<dyn std::error::Error>;

const SECRET: [u8; 32] = [7; 32];
const KEY: &str = "measure";

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let mut next = |what| arguments.next().ok_or(what);
    let upstream = next("the upstream's URL is missing")?;
    let port = next("the port is missing")?;
    let folder = next("the folder is missing")?;
    let config = json!({
        "listen": format!("127.0.0.1:{port}"), "workers": 1, "data_dir": folder,
        "management_socket": format!("{folder}/none.sock"), "key_secret": "07".repeat(32),
    });
    let gateway = Gateway::open(Config::from_json(config.to_string().as_bytes())?)?;
    publish(&gateway, &upstream)?;
    let address = gateway.serve()?;
    writeln!(std::io::stdout(), "{address} takes sk-{KEY}")?;
    std::io::stdin().read_to_end(&mut Vec::new())?;
    gateway.shutdown(1_000);
    Ok(())
}

fn publish(gateway: &Gateway, upstream: &str) -> Result<(), Failure> {
    let models = [
        "load-plain",
        "load-stream",
        "load-paced",
        "load-wait",
        "load-flood",
    ];
    let ratios: serde_json::Map<_, _> = models
        .iter()
        .map(|model| ((*model).to_owned(), json!("1")))
        .collect();
    let snapshot = json!({
        "version": 1,
        "channels": [{"id": 1, "type": 1, "name": "rig", "status": 1, "base_url": upstream,
            "keys": ["sk-rig"], "groups": ["default"], "models": models}],
        "groups": {"ratio": {"default": "1"}},
        "prices": {"model_ratio": ratios},
        "options": {"allow_private_upstreams": true}
    });
    gateway.publish_snapshot(snapshot.to_string().as_bytes())?;
    let plenty = 1_000_000_000_000_i64;
    let balances =
        json!({"last_entry": 0, "users": [[1, plenty]], "keys": [[1, 1, plenty, false]]});
    gateway.load_accounts(balances.to_string().as_bytes())?;
    gateway
        .publish_users(br#"[{"id":1,"username":"rig","role":1,"status":1,"group":"default"}]"#)?;
    let hash = KeyHasher::new(&SECRET).hash(KEY).to_hex();
    let keys = json!([{"id": 1, "user_id": 1, "hash": hash, "name": "rig", "status": 1}]);
    gateway.publish_keys(keys.to_string().as_bytes())?;
    Ok(())
}
