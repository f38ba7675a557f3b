//! The load rig: a scripted upstream, a bare hyper pass-through as the baseline and a driver, in one program.
//! `loadtests/run` starts and pins them; nothing here measures processor time, the script reads that from `/proc`.

mod drive;
mod passthrough;
mod serve;
mod tls;
mod upstream;

use std::io::Write;

use clap::{Parser, Subcommand};

/// An error of any kind, shown and ending the program.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

#[derive(Debug, Parser)]
#[command(about = "Scripted upstream, bare pass-through and load driver")]
struct Options {
    #[command(subcommand)]
    role: Role,
}

#[derive(Debug, Subcommand)]
enum Role {
    /// Answers chat calls after a script that the model's name chooses.
    Upstream {
        /// Port on 127.0.0.1.
        #[arg(long)]
        port: u16,
        #[command(flatten)]
        front: tls::Front,
    },
    /// Forwards bytes and nothing else: what a gateway's ratio is taken against.
    Passthrough {
        /// Port on 127.0.0.1.
        #[arg(long)]
        port: u16,
        /// Port of the upstream on 127.0.0.1.
        #[arg(long)]
        upstream: u16,
        /// The upstream's certificate, PEM: it is called over TLS, by HTTP/2.
        #[arg(long)]
        ca: Option<std::path::PathBuf>,
        #[command(flatten)]
        front: tls::Front,
    },
    /// Sends load and prints one line of figures.
    Drive(drive::Options),
}

fn main() -> Result<(), Failure> {
    let options = Options::parse();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    match options.role {
        Role::Upstream { port, front } => runtime.block_on(upstream::run(port, &front)),
        Role::Passthrough {
            port,
            upstream,
            ca,
            front,
        } => match ca {
            Some(ca) => runtime.block_on(passthrough::run_secure(port, upstream, &ca, &front)),
            None => runtime.block_on(passthrough::run(port, upstream, &front)),
        },
        Role::Drive(options) => {
            let line = runtime.block_on(drive::run(options))?;
            writeln!(std::io::stdout(), "{line}")?;
            Ok(())
        }
    }
}
