//! `clinch`: one binary for the server, imports, questions and care of the database.

mod cli;

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> miette::Result<()> {
    cli::Cli::parse().run().await
}
