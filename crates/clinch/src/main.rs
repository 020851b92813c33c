//! `clinch`: one binary for the server, imports, questions and care of the database.

mod cli;

use clap::Parser;

#[tokio::main]
async fn main() -> miette::Result<()> {
    cli::Cli::parse().run().await
}
