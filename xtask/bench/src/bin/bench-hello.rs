//! A bare axum server: what any answer over HTTP costs on this machine, with the same runtime and the same
//! allocator as Polity. `cargo xtask bench` measures it beside every measurement of Polity.

use std::io::Write;

use axum::Router;
use axum::routing::get;
use tokio::net::TcpListener;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    writeln!(std::io::stdout(), "http://{}", listener.local_addr()?)?;
    let router = Router::new().route("/", get(|| async { "hello" }));
    Ok(axum::serve(listener, router).await?)
}
