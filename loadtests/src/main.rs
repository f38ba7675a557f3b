//! The load rig: a scripted upstream, a bare hyper pass-through as the baseline and a driver, in one program.
//! `loadtests/run` starts and pins them; nothing here measures processor time, the script reads that from `/proc`.

mod drive;
mod passthrough;
mod serve;
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
    },
    /// Forwards bytes and nothing else: what a gateway's ratio is taken against.
    Passthrough {
        /// Port on 127.0.0.1.
        #[arg(long)]
        port: u16,
        /// Port of the upstream on 127.0.0.1.
        #[arg(long)]
        upstream: u16,
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
        Role::Upstream { port } => runtime.block_on(upstream::run(port)),
        Role::Passthrough { port, upstream } => runtime.block_on(passthrough::run(port, upstream)),
        Role::Drive(options) => {
            let line = runtime.block_on(drive::run(options))?;
            writeln!(std::io::stdout(), "{line}")?;
            Ok(())
        }
    }
}
