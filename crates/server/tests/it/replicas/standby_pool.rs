//! Behind one URL are several standbys, and each connection may lead to another: what one of them says must not be
//! believed of its neighbour, which stands still.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::future::join_all;
use polity_testkit::{json, seed};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sea_orm::ConnectionTrait;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

use super::cluster::Cluster;
use super::house::House;
use super::standby::connect;

/// Hands each connection on to one of two ports, by chance, as a reader endpoint does. Counts those to each.
async fn reader_endpoint(ports: [u16; 2]) -> (u16, Arc<[AtomicUsize; 2]>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, counts) =
        (listener.local_addr().unwrap().port(), Arc::new([const { AtomicUsize::new(0) }; 2]));
    let (mut chance, counted) = (StdRng::seed_from_u64(seed()), counts.clone());
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let which = chance.random_range(0..2);
            counted[which].fetch_add(1, Ordering::Relaxed);
            tokio::spawn(async move {
                if let Ok(mut server) = TcpStream::connect(("127.0.0.1", ports[which])).await {
                    let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
                }
            });
        }
    });
    (port, counts)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_standby_has_is_not_read_from_another_behind_the_same_url() {
    let started = tokio::task::block_in_place(|| {
        let cluster = Cluster::start()?;
        let standbys = [cluster.standby(), cluster.standby()];
        Some((cluster, standbys))
    });
    let Some((cluster, standbys)) = started else { return };
    let (port, counts) = reader_endpoint([standbys[0].port(), standbys[1].port()]).await;
    let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
    let house = House::on(cluster, 1, &[("POLITY_DATABASE_STANDBY_URLS", &url)]).await;
    let behind = connect(&standbys[1]).await;
    behind.execute_unprepared("SELECT pg_wal_replay_pause()").await.unwrap();
    let groups = format!("/api/v1/organizations/{}/groups", house.acme);
    let refused = async || house.server(0).stderr().contains("another server answers in its place");
    let mut round = 0;
    while round < 40 || (!refused().await && round < 400) {
        round += 1;
        let title = format!("Group {round}");
        house.owner.post(&groups, json!({"title": title})).await.ok(201);
        // So that the one that goes on has it.
        sleep(Duration::from_millis(30)).await;
        let shown = join_all((0..6).map(async |_| {
            let answer = house.owner.get(&groups).await;
            // A connection to the wrong one is refused, and the next try is answered.
            if answer.status == 503 { house.owner.get(&groups).await } else { answer }
        }));
        for answer in shown.await {
            assert_eq!(answer.ok(200)["groups"][0]["title"], title.as_str());
        }
    }
    let led = counts.each_ref().map(|count| count.load(Ordering::Relaxed));
    eprintln!("{round} rounds, connections led to {led:?}");
    assert!(refused().await, "no connection was refused");
    assert!(led.iter().all(|count| *count > 0), "{led:?}");
    behind.close().await.unwrap();
    house.end().await;
}
