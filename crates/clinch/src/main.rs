//! `clinch`: one binary for the server, imports, questions and care of the database.

mod cli;

use clap::Parser;
use miette::IntoDiagnostic;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What the system sends when a file may not grow any more; unheard, it ends the program without a word.
#[cfg(unix)]
const FILE_TOO_LARGE: i32 = 25;

#[tokio::main]
async fn main() -> miette::Result<()> {
    // Heard once, the write itself fails, and that is told.
    #[cfg(unix)]
    let _heard =
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::from_raw(FILE_TOO_LARGE)).into_diagnostic()?;
    cli::Cli::parse().run().await
}
