use super::{Context, report};
use access::Access;
use clap::Args;
use std::net::SocketAddr;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use tracing_subscriber::EnvFilter;

#[derive(Args)]
pub struct Arguments {
    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
}

pub async fn run(context: &Context, arguments: &Arguments) -> miette::Result<()> {
    let access = context.access()?;
    let listener = listen(arguments.listen).await?;
    serve(listener, context, access).await
}

pub async fn listen(address: SocketAddr) -> miette::Result<TcpListener> {
    let hint = "another program may listen there; choose another with --listen";
    TcpListener::bind(address).await.map_err(|error| report(&error, hint))
}

/// Serves until Ctrl-C or a request to end.
pub async fn serve(listener: TcpListener, context: &Context, access: Access) -> miette::Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let address = listener.local_addr().map_err(|error| report(&error, ""))?;
    println!("Clinch is at http://{address}  (Ctrl-C ends it)");
    clinch::serve::serve(listener, access, context.folder.clone(), context.db.registry(), ended())
        .await
        .map_err(|error| report(&error, ""))
}

async fn ended() {
    let interrupted = tokio::signal::ctrl_c();
    let Ok(mut terminated) = signal(SignalKind::terminate()) else {
        interrupted.await.unwrap_or_default();
        return;
    };
    tokio::select! {
        _ = interrupted => {}
        _ = terminated.recv() => {}
    }
}
