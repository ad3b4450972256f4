//! Serving HTTP/1.1: connections that are too slow to send their headers are cut, and at the end
//! those that are under way may finish.

mod header_timer;

use std::convert::Infallible;
use std::future::Future;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use header_timer::HeaderTimer;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::GracefulShutdown;
use polity_api::Service;
use tokio::net::{TcpListener, TcpStream};

/// How long a client may take for its headers, also between requests on a kept connection.
const HEADER_TIME: Duration = Duration::from_secs(30);
/// A pause after an accept that failed: without free file descriptors it would fail at once again.
const PAUSE: Duration = Duration::from_millis(50);

/// Serves until `shutdown` is ready, then lets requests under way finish for `grace`. True when all
/// did.
pub async fn serve(
    listener: TcpListener,
    router: Service,
    shutdown: impl Future<Output = ()>,
    grace: Duration,
) -> bool {
    let graceful = GracefulShutdown::new();
    tokio::pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => connection(stream, router.from_peer(peer), &graceful),
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(PAUSE).await;
                }
            },
        }
    }
    drop(listener);
    tokio::time::timeout(grace, graceful.shutdown()).await.is_ok()
}

/// The service as one connection sees it.
struct Connected(Service);

impl hyper::service::Service<Request<Incoming>> for Connected {
    type Response = Response;
    type Error = Infallible;
    type Future = <Service as tower::Service<Request>>::Future;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        // It is always ready: nothing in it waits for a turn.
        tower::Service::call(&mut self.0.clone(), request.map(Body::new))
    }
}

fn connection(stream: TcpStream, service: Service, graceful: &GracefulShutdown) {
    // Answers are small: waiting to fill a packet would only delay them.
    let _ = stream.set_nodelay(true);
    let connection = http1::Builder::new()
        .timer(HeaderTimer::new(HEADER_TIME))
        .header_read_timeout(HEADER_TIME)
        .serve_connection(TokioIo::new(stream), Connected(service));
    let watched = graceful.watch(connection);
    tokio::spawn(async move {
        // A client that went away is no news.
        let _ = watched.await;
    });
}
