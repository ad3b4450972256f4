//! The configuration as a whole: order of strength, error texts, secrets.

use figment::Jail;

use super::*;

fn load(flags: &[(&'static str, &str)]) -> Result<Config, String> {
    let flags = flags.iter().map(|(flag, value)| (*flag, Secret::from((*value).to_owned()))).collect();
    Config::load(&Sources::of_process(None, flags)).map_err(|invalid| invalid.to_string())
}

/// Runs a test in an empty folder and with an environment of its own.
#[expect(clippy::result_large_err, reason = "figment's jail asks for figment's error")]
fn jailed(work: impl FnOnce(&mut Jail)) {
    Jail::expect_with(|jail| {
        jail.clear_env();
        work(jail);
        Ok(())
    });
}

fn wrong() -> String {
    load(&[]).unwrap_err()
}

#[test]
fn a_default_configuration_is_valid_and_warns_of_nothing() {
    jailed(|_| {
        let config = load(&[]).unwrap();
        assert_eq!(config.http.origin(config.http.listen), "http://127.0.0.1:8080");
        assert_eq!(config.database().to_string(), "SQLite, ./polity-data/polity.db");
        assert!(config.mail.smtp.is_none());
        assert!(config.http.trusted_proxies.is_empty());
        assert!(config.security.hashing_threads() >= 1);
        assert_eq!(config.sign_in.registration, Registration::Anyone);
        assert_eq!(config.organizations.creation, Creation::Administrators);
        assert_eq!(config.warnings(), [""; 0]);
    });
}

#[test]
fn every_preset_is_allowed_by_its_own_rule() {
    for key in keys() {
        if let Preset::Is(text) = key.preset {
            assert!(key.kind.read_preset(text).is_some(), "{}", key.path);
        }
    }
}

#[test]
fn flags_cover_the_environment_which_covers_the_file_which_covers_the_defaults() {
    jailed(|jail| {
        let port = |flags| load(flags).unwrap().http.listen.port();
        assert_eq!(port(&[]), 8080);
        jail.create_file("polity.toml", "http.listen = '127.0.0.1:1'").unwrap();
        assert_eq!(port(&[]), 1);
        jail.set_env("POLITY_LISTEN", "127.0.0.1:2");
        assert_eq!(port(&[]), 2);
        assert_eq!(port(&[("--listen", "127.0.0.1:3")]), 3);
    });
}

#[test]
fn a_bad_value_that_is_covered_does_no_harm() {
    jailed(|jail| {
        jail.create_file("polity.toml", "http.listen = 'nowhere'").unwrap();
        jail.set_env("POLITY_HTTP__LISTEN", "127.0.0.1:2");
        assert_eq!(load(&[]).unwrap().http.listen.port(), 2);
    });
}

#[test]
fn the_file_is_the_one_that_is_named() {
    jailed(|jail| {
        jail.create_file("polity.toml", "region.id = 'default'").unwrap();
        jail.create_file("a.toml", "region.id = 'a'").unwrap();
        jail.create_file("b.toml", "region.id = 'b'").unwrap();
        jail.set_env("POLITY_CONFIG", "a.toml");
        assert_eq!(load(&[]).unwrap().region.id, "a");
        let named = Sources::of_process(Some("b.toml".into()), Vec::new());
        assert_eq!(Config::load(&named).unwrap().region.id, "b");
        jail.set_env("POLITY_CONFIG", "absent.toml");
        assert!(wrong().starts_with("absent.toml: cannot be read: "), "{}", wrong());
    });
}

#[test]
fn every_setting_can_be_given_in_the_environment() {
    jailed(|jail| {
        jail.set_env("POLITY_DATABASE_URL", "postgres://u:p@db/polity");
        jail.set_env("POLITY_BOOTSTRAP_EMAIL", "admin@example.com");
        jail.set_env("POLITY_BOOTSTRAP_PASSWORD", "1234567890");
        jail.set_env("POLITY_HTTP__TRUSTED_PROXIES", "10.0.0.0/8, ::1");
        jail.set_env("POLITY_MAIL__SMTP__HOST", "smtp.example.com");
        jail.set_env("POLITY_MAIL__SMTP__ENCRYPTION", "tls");
        jail.set_env("POLITY_HTTP__BODY_LIMIT_BYTES", "2048");
        let config = load(&[]).unwrap();
        assert_eq!(config.database().to_string(), "PostgreSQL, polity at db");
        assert_eq!(config.bootstrap.password.unwrap().expose(), "1234567890");
        assert_eq!(config.http.trusted_proxies.len(), 2);
        assert_eq!(config.http.body_limit_bytes, 2048);
        let smtp = config.mail.smtp.unwrap();
        assert_eq!((smtp.host.as_str(), smtp.port(), smtp.timeout_seconds), ("smtp.example.com", 465, 10));
    });
}

#[test]
fn all_problems_are_told_at_once_one_a_line() {
    jailed(|jail| {
        let file =
            "[http]\nlisten = 'nowhere'\nrequest_timeout_seconds = 0\n[sign_in]\nregistration = 'nobody'\n";
        jail.create_file("polity.toml", file).unwrap();
        jail.set_env("POLITY_PUBLIC_URL", "https://polity.example.com/base");
        jail.set_env("POLITY_SECURITY__SESSION_IDLE_SECONDS", "9999999");
        let told = wrong();
        let lines: Vec<&str> = told.lines().collect();
        assert_eq!(
            lines,
            [
                "http.listen = \"nowhere\" (polity.toml): must be an IP address and a port, such as `127.0.0.1:8080` or \
                 `[::]:8080`",
                "http.public_url = \"https://polity.example.com/base\" (environment variable POLITY_PUBLIC_URL): must be \
                 `http://` or `https://`, a host and perhaps a port, without path, query or user, such as \
                 `https://polity.example.com`",
                "http.request_timeout_seconds = 0 (polity.toml): must be a whole number from 1 to 600",
                "sign_in.registration = \"nobody\" (polity.toml): must be one of `anyone`, `invited`",
                "security.session_idle_seconds, security.session_absolute_seconds: 9999999 and 7776000: the first must \
                 not exceed the second",
            ]
        );
    });
}

#[test]
fn an_unknown_name_is_told_with_the_nearest_one() {
    jailed(|jail| {
        jail.create_file("polity.toml", "listen = 'x'\n[htp]\nlisten = 'x'\n[mail.smtp]\nhots = 'x'")
            .unwrap();
        jail.set_env("POLITY_HTTP_LISTEN", "127.0.0.1:1");
        jail.set_env("POLITY_DATADIR", "/srv");
        jail.set_env("POLITY_PORT", "8080");
        assert_eq!(
            wrong(),
            "polity.toml: `htp.listen` is not known; the nearest is `http.listen`\n\
             polity.toml: `listen` is not known; the nearest is `http.listen`\n\
             polity.toml: `mail.smtp.hots` is not known; the nearest is `mail.smtp.host`\n\
             environment variable `POLITY_DATADIR` is not known; the nearest is `POLITY_DATA_DIR`\n\
             environment variable `POLITY_HTTP_LISTEN` is not known; the nearest is `POLITY_HTTP__LISTEN`\n\
             environment variable `POLITY_PORT` is not known; the nearest is `POLITY_LISTEN`"
        );
    });
}

#[test]
fn variables_of_kubernetes_and_of_tests_are_left_alone() {
    jailed(|jail| {
        jail.set_env("POLITY_TEST_POSTGRES", "postgres://x");
        jail.set_env("POLITY_SERVICE_HOST", "10.1.2.3");
        jail.set_env("POLITY_SERVICE_PORT_HTTP", "8080");
        jail.set_env("POLITY_PORT", "tcp://10.1.2.3:8080");
        jail.set_env("POLITY_PORT_8080_TCP", "tcp://10.1.2.3:8080");
        jail.set_env("POLITY_PORT_8080_TCP_ADDR", "10.1.2.3");
        jail.set_env("POLITY_DB_SERVICE_PORT", "5432");
        jail.set_env("polity_listen", "not ours");
        load(&[]).unwrap();
    });
}

#[test]
fn no_error_shows_a_secret() {
    jailed(|jail| {
        jail.create_file("polity.toml", "[mail.smtp]\npassword = 'hunter2\n").unwrap();
        jail.set_env("POLITY_SECRET_KEY", "hunter2");
        jail.set_env("POLITY_DATABASE_URL", "mysql://u:hunter2@db/polity");
        jail.set_env("POLITY_BOOTSTRAP_PASSWORD", "hunter2");
        let told = wrong();
        assert!(!told.contains("hunter2"), "{told}");
        assert!(told.starts_with("polity.toml, line 2: is not TOML: "), "{told}");
        assert!(told.contains(
            "security.secret_key (environment variable POLITY_SECRET_KEY, value not shown): must be 32"
        ));
        assert_eq!(told.lines().count(), 4, "{told}");
    });
}

#[test]
fn no_error_about_the_file_shows_a_secret() {
    jailed(|jail| {
        let file = "[bootstrap]\npassword = 12345678\nemail = 'a@example.com'\nhunter = 'hunter2'";
        jail.create_file("polity.toml", file).unwrap();
        let told = wrong();
        assert!(
            told.contains("bootstrap.password (polity.toml, value not shown): must be 8 to 128"),
            "{told}"
        );
        assert!(!told.contains("hunter2") && !told.contains("12345678"), "{told}");
        for line in
            ["password = hunter2", "password = 1hunter2", "password = \"\\hunter2\"", "password = 'a'hunter2"]
        {
            jail.create_file("polity.toml", line).unwrap();
            assert!(
                wrong().starts_with("polity.toml, line 1: ") && !wrong().contains("hunter2"),
                "{}",
                wrong()
            );
        }
    });
}

#[test]
fn no_debug_output_shows_a_secret() {
    jailed(|jail| {
        jail.set_env("POLITY_SECRET_KEY", "hunter2hunter2hunter2hunter2hunter2hunter2g");
        jail.set_env("POLITY_DATABASE_URL", "postgres://u:hunter2@db/polity");
        let config = load(&[]).unwrap();
        assert!(!format!("{config:?} {:?} {}", config.database(), config.database()).contains("hunter2"));
    });
}

#[test]
fn standbys_belong_to_a_postgresql_primary() {
    jailed(|jail| {
        assert!(load(&[]).unwrap().database.standbys().is_empty());
        jail.set_env(
            "POLITY_DATABASE_STANDBY_URLS",
            "postgres://u:hunter2@one/polity, postgres://u:hunter2@two/polity",
        );
        for embedded in [None, Some("sqlite:polity.db")] {
            if let Some(url) = embedded {
                jail.set_env("POLITY_DATABASE_URL", url);
            }
            assert_eq!(
                wrong(),
                "database.standby_urls, database.url: SQLite has no standbys: set the URL of the PostgreSQL primary, or no \
                 standbys"
            );
        }
        jail.set_env("POLITY_DATABASE_URL", "postgres://u:hunter2@db/polity");
        let config = load(&[]).unwrap();
        let standbys = ["postgres://u:hunter2@one/polity", "postgres://u:hunter2@two/polity"];
        assert_eq!(config.database.standbys(), standbys);
        assert!(!format!("{config:?}").contains("hunter2"));
        for urls in [
            "sqlite:hunter2.db",
            "postgres://u:hunter2@one/polity,hunter2",
            "postgres://u:hunter2@one/polity,",
        ] {
            jail.set_env("POLITY_DATABASE_STANDBY_URLS", urls);
            assert_eq!(
                wrong(),
                "database.standby_urls (environment variable POLITY_DATABASE_STANDBY_URLS, value not shown): must be one or \
                 more of `postgres://user:password@host:port/name` with special characters percent-encoded, separated by \
                 commas"
            );
        }
    });
}

#[test]
fn an_empty_or_doubled_variable_is_refused() {
    jailed(|jail| {
        jail.set_env("POLITY_DATABASE_URL", "");
        jail.set_env("POLITY_HTTP__LISTEN", "127.0.0.1:1");
        jail.set_env("POLITY_LISTEN", "127.0.0.1:2");
        assert_eq!(
            wrong(),
            "environment variable POLITY_DATABASE_URL: is empty; give it a value or unset it\n\
             environment variable POLITY_LISTEN: is the same setting as environment variable POLITY_HTTP__LISTEN; set one of them"
        );
    });
}

#[test]
fn settings_that_belong_together_are_judged_together() {
    jailed(|jail| {
        jail.create_file("polity.toml", "[mail.smtp]\nusername = 'u'\n[bootstrap]\nemail = 'a@example.com'")
            .unwrap();
        assert_eq!(
            wrong(),
            "mail.smtp.host: must be set when another `mail.smtp` setting is: a host name or an IP address, such as \
             `smtp.example.com`\n\
             bootstrap.email, bootstrap.password: must be set both or not at all"
        );
        jail.create_file(
            "polity.toml",
            "[mail.smtp]\nhost = 'h'\nusername = 'u'\n[invitations]\nmax_ttl_seconds = 60",
        )
        .unwrap();
        assert_eq!(
            wrong(),
            "invitations.default_ttl_seconds, invitations.max_ttl_seconds: 604800 and 60: the first must not exceed the \
             second\n\
             mail.smtp.username, mail.smtp.password: must be set both or not at all"
        );
        jail.create_file("polity.toml", "http = 3\nmail.smtp.host = { a = 1 }\nregion.id = 7").unwrap();
        assert_eq!(wrong().lines().count(), 3, "{}", wrong());
        jail.create_file(
            "polity.toml",
            "security = { password_min_length = 12, argon2_parallelism = 64, argon2_memory_kib = 8 }\n\
            bootstrap = { email = 'a@example.com', password = '12345678' }",
        )
        .unwrap();
        assert_eq!(wrong().lines().count(), 2, "{}", wrong());
    });
}

#[test]
fn what_is_allowed_but_hardly_meant_is_warned_of() {
    jailed(|jail| {
        let file = "[http]\nlisten = '0.0.0.0:8080'\ntrusted_proxies = ['0.0.0.0/0']\n[security]\nargon2_memory_kib = 8\n\
                    [mail.smtp]\nhost = 'h'\nusername = 'u'\npassword = 'p'\nencryption = 'none'";
        jail.create_file("polity.toml", file).unwrap();
        let config = load(&[]).unwrap();
        assert_eq!(config.warnings().len(), 4, "{:?}", config.warnings());
        assert_eq!(config.http.origin(config.http.listen), "http://localhost:8080");
        let http = load(&[("--public-url", "http://polity.example.com")]).unwrap().warnings();
        assert!(
            http[0].starts_with("http.public_url is http://polity.example.com: without https"),
            "{http:?}"
        );
        assert_eq!(load(&[("--public-url", "http://localhost:9000")]).unwrap().warnings().len(), 3);
    });
}
