use std::sync::Arc;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

use super::super::tests::{letter, sender};
use super::*;

/// A mail server that answers by a script: the first answer whose key the command begins with, else 250.
/// It keeps what it was told.
struct Server {
    port: u16,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn start(script: &'static [(&'static str, &'static str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let ears = Arc::clone(&heard);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                ears.lock().push("(connected)".to_owned());
                let ears = Arc::clone(&ears);
                tokio::spawn(async move {
                    let mut stream = BufReader::new(stream);
                    stream.write_all(b"220 mail.test\r\n").await.unwrap();
                    let (mut line, mut in_data) = (String::new(), false);
                    while stream.read_line(&mut line).await.unwrap_or(0) > 0 {
                        let command = line.trim_end().to_owned();
                        ears.lock().push(command.clone());
                        line.clear();
                        let command = if in_data && command == "." { "(end)" } else { command.as_str() };
                        if in_data && command != "(end)" {
                            continue;
                        }
                        let scripted = script.iter().find(|(start, _)| command.starts_with(start));
                        let answer = match (scripted, command) {
                            (Some((_, answer)), _) => *answer,
                            (None, "DATA") => "354 go on",
                            (None, _) => "250 2.0.0 fine",
                        };
                        in_data = answer.starts_with("354");
                        if answer == "hang" {
                            std::future::pending::<()>().await;
                        }
                        if stream.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
                            break;
                        }
                    }
                });
            }
        });
        Self { port, heard }
    }

    fn mailer(&self) -> SmtpMailer {
        SmtpMailer::new(self.settings(), sender()).unwrap()
    }

    fn settings(&self) -> SmtpSettings {
        SmtpSettings {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            encryption: Encryption::None,
            username: None,
            password: None,
            timeout_seconds: 5,
        }
    }

    fn heard(&self, command: &str) -> usize {
        self.heard.lock().iter().filter(|line| line.starts_with(command)).count()
    }
}

#[tokio::test]
async fn letters_are_handed_over_on_one_connection() {
    let server = Server::start(&[("(end)", "250 2.0.0 queued as 7")]).await;
    let mailer = server.mailer();
    for _ in 0..2 {
        let sent = mailer.send(&letter()).await.unwrap();
        assert_eq!(sent, Sent::Accepted("250 2.0.0 queued as 7".to_owned()));
    }
    assert_eq!((server.heard("(connected)"), server.heard("DATA")), (1, 2));
    assert_eq!(server.heard("MAIL FROM:<polity@example.test>"), 2);
    assert_eq!(server.heard("RCPT TO:<Bob@example.test>"), 2);
    assert_eq!(server.heard("Auto-Submitted: auto-generated"), 2);
    // The line of a single dot in the text does not end the message.
    assert_eq!(server.heard(".."), 2);
}

const PERMANENT: [&[(&str, &str)]; 3] = [
    &[("RCPT", "550 5.1.1 no such user")],
    &[("RCPT", "550 no such user")],
    &[("RCPT", "553 5.1.3 bad address")],
];

const TEMPORARY: [&[(&str, &str)]; 9] = [
    &[("RCPT", "450 4.2.1 try later")],
    &[("RCPT", "554 5.7.1 relay access denied")],
    &[("RCPT", "530 5.7.0 authentication required")],
    &[("MAIL", "550 5.1.8 bad sender")],
    &[("DATA", "554 no")],
    &[("(end)", "554 5.6.0 content rejected")],
    &[("(end)", "451 4.3.0 disk full")],
    &[("EHLO", "554 go away")],
    &[("(end)", "nonsense")],
];

#[tokio::test]
async fn only_a_refused_recipient_is_permanent() {
    for script in PERMANENT {
        let server = Server::start(script).await;
        let error = server.mailer().send(&letter()).await.unwrap_err();
        assert!(matches!(&error, MailError::Permanent(text) if text.contains(&script[0].1[4..])), "{error}");
        assert_eq!(server.heard("DATA"), 0);
    }
    for script in TEMPORARY {
        let server = Server::start(script).await;
        let error = server.mailer().send(&letter()).await.unwrap_err();
        assert!(matches!(error, MailError::Temporary(_)), "{script:?}: {error}");
    }
}

#[tokio::test]
async fn a_server_that_is_silent_or_away_is_a_temporary_failure() {
    for script in [&[("MAIL", "hang")], &[("(end)", "hang")]] as [&[(&str, &str)]; 2] {
        let server = Server::start(script).await;
        let settings = SmtpSettings { timeout_seconds: 1, ..server.settings() };
        let mailer = SmtpMailer::new(settings, sender()).unwrap();
        let error = mailer.send(&letter()).await.unwrap_err();
        assert_eq!(error, MailError::Temporary("the mail server took too long".to_owned()));
    }
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let server = Server { port: free, heard: Arc::default() };
    assert!(matches!(server.mailer().send(&letter()).await, Err(MailError::Temporary(_))));
}

#[tokio::test]
async fn nothing_is_said_in_clear_when_encryption_was_asked_for() {
    let server = Server::start(&[("EHLO", "250-mail.test\r\n250 AUTH PLAIN")]).await;
    let settings = SmtpSettings {
        encryption: Encryption::StartTls,
        username: Some("u".to_owned()),
        password: Some(Zeroizing::new("p".to_owned())),
        ..server.settings()
    };
    let mailer = SmtpMailer::new(settings, sender()).unwrap();
    assert!(matches!(mailer.send(&letter()).await, Err(MailError::Temporary(_))));
    assert_eq!((server.heard("AUTH"), server.heard("MAIL")), (0, 0));
}

const OFFER: (&str, &str) = ("EHLO", "250-mail.test\r\n250 AUTH PLAIN");
const LOGINS: [(&[(&str, &str)], bool); 2] = [
    (&[OFFER, ("AUTH", "235 2.7.0 welcome")], true),
    (&[OFFER, ("AUTH", "535 5.7.8 wrong password")], false),
];

#[tokio::test]
async fn a_login_is_made_when_there_is_one_and_a_failed_one_blames_no_recipient() {
    for (script, works) in LOGINS {
        let server = Server::start(script).await;
        let settings = SmtpSettings {
            username: Some("u".to_owned()),
            password: Some(Zeroizing::new("hunter2".to_owned())),
            ..server.settings()
        };
        let result = SmtpMailer::new(settings, sender()).unwrap().send(&letter()).await;
        assert_eq!(server.heard("AUTH PLAIN AHUAaHVudGVyMg=="), 1);
        match result {
            Ok(_) => assert!(works),
            Err(MailError::Temporary(text)) => assert!(!works && !text.contains("hunter2"), "{text}"),
            Err(error) => panic!("{error}"),
        }
    }
}

#[test]
fn settings_that_cannot_work_or_give_the_password_away_are_refused() {
    let settings = || SmtpSettings {
        host: "mail.example.test".to_owned(),
        port: 25,
        encryption: Encryption::None,
        username: Some("u".to_owned()),
        password: Some(Zeroizing::new("p".to_owned())),
        timeout_seconds: 10,
    };
    let valid = |settings| SmtpMailer::new(settings, sender()).is_ok();
    assert!(!valid(settings()));
    assert!(valid(SmtpSettings { host: "localhost".to_owned(), ..settings() }));
    assert!(valid(SmtpSettings { encryption: Encryption::StartTls, ..settings() }));
    assert!(valid(SmtpSettings { encryption: Encryption::Tls, ..settings() }));
    assert!(valid(SmtpSettings { username: None, password: None, ..settings() }));
    assert!(!valid(SmtpSettings { encryption: Encryption::Tls, password: None, ..settings() }));
    assert!(!valid(SmtpSettings { encryption: Encryption::Tls, timeout_seconds: 0, ..settings() }));
}
