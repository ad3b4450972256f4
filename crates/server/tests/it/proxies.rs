//! Behind a reverse proxy: from where a request comes, and what is counted under it.

use polity_testkit::{Actor, Answer, json};

use crate::instance::on_each;

/// A wrong password for an account of its own, as the proxy passes it on.
async fn guess(nobody: &Actor, forwarded_for: &str, victim: usize) -> Answer {
    let body = json!({"email": format!("victim{victim}@example.com"), "password": "an entirely wrong horse"});
    nobody.header("x-forwarded-for", forwarded_for).post("/api/v1/auth/login", body).await
}

#[tokio::test]
async fn pwd_09_pwd_10_guesses_count_under_the_network_that_the_trusted_proxy_saw_however_it_is_written() {
    on_each(async |instance| {
        instance.set("POLITY_HTTP__TRUSTED_PROXIES", "127.0.0.0/8");
        instance.set("POLITY_SIGN_IN__FAILURES_PER_IP_PER_15_MINUTES", "4");
        let server = instance.start().await;
        let nobody = server.nobody();
        // One address in four spellings, a /64 in four addresses, and what the client put in by itself: only
        // the last entry is the proxy's.
        let sources = [
            ["203.0.113.7", "::ffff:203.0.113.7", "::ffff:cb00:7107", "198.51.100.1, 203.0.113.7"],
            ["2001:db8::1", "2001:DB8:0:0::2", "2001:db8::ffff:1:2", "10.0.0.1, 2001:db8:0:0:a::"],
        ];
        for (place, spellings) in sources.into_iter().enumerate() {
            for (number, spelling) in spellings.into_iter().enumerate() {
                let answer = guess(&nobody, spelling, 10 * place + number).await;
                answer.problem(401, "invalid_credentials");
            }
            for spelling in spellings {
                let answer = guess(&nobody, spelling, 10 * place + 9).await;
                answer.problem(429, "too_many_requests");
            }
        }
        // Neighbours are not held up.
        for neighbour in ["203.0.113.8", "2001:db8:0:1::1", "127.0.0.1"] {
            guess(&nobody, neighbour, 30).await.problem(401, "invalid_credentials");
        }
        server.stop().await;
    })
    .await;
}
