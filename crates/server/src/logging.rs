//! Logs: for people or as JSON, one line an event, to standard error; standard output is for documents.
//!
//! A value may come from anybody. Control characters and marks that turn the writing direction are written as
//! escapes, and in human lines a value that could pass for several fields is quoted, so nobody can forge a
//! line or a field.

use std::error::Error;
use std::fmt::{self, Debug, Write as _};
use std::io::{self, IsTerminal, Write};

use tracing::Dispatch;
use tracing::field::{Field, Visit};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FormatFields, MakeWriter};
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{LogFormat, LogSection};

/// Starts logging for the whole process. It fails when logging was started before.
pub fn init(log: &LogSection) -> Result<(), Box<dyn Error + Send + Sync>> {
    let colours = log.format == LogFormat::Human && io::stderr().is_terminal();
    subscriber(log, colours, io::stderr)?.try_init()?;
    Ok(())
}

/// What [`init`] starts, for a writer of one's own.
pub fn subscriber<W>(
    log: &LogSection,
    colours: bool,
    writer: W,
) -> Result<Dispatch, Box<dyn Error + Send + Sync>>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let base = tracing_subscriber::fmt().with_env_filter(EnvFilter::try_new(&log.level)?);
    Ok(match log.format {
        LogFormat::Human => {
            base.with_ansi(colours).fmt_fields(HumanFields).with_writer(writer).finish().into()
        }
        LogFormat::Json => base
            .json()
            .with_current_span(true)
            .with_span_list(true)
            .with_writer(OneLine(writer))
            .finish()
            .into(),
    })
}

/// Whether a character can end a line, move the cursor or turn the writing direction.
fn is_dangerous(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The fields of a human line: the message bare, the others as `name=value`.
struct HumanFields;

impl<'w> FormatFields<'w> for HumanFields {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'w>, fields: R) -> fmt::Result {
        let mut visitor = HumanVisitor { writer, first: true, result: Ok(()) };
        fields.record(&mut visitor);
        visitor.result
    }
}

struct HumanVisitor<'w> {
    writer: Writer<'w>,
    first: bool,
    result: fmt::Result,
}

impl HumanVisitor<'_> {
    fn write(&mut self, field: &Field, value: &str, quoted: bool) {
        if self.result.is_ok() && !field.name().starts_with("log.") {
            self.result = self.try_write(field, value, quoted);
        }
    }

    fn try_write(&mut self, field: &Field, value: &str, quoted: bool) -> fmt::Result {
        if !std::mem::take(&mut self.first) {
            self.writer.write_char(' ')?;
        }
        if field.name() != "message" {
            let name = field.name().trim_start_matches("r#");
            if self.writer.has_ansi_escapes() {
                write!(self.writer, "\x1b[2m{name}=\x1b[0m")?;
            } else {
                write!(self.writer, "{name}=")?;
            }
            let ambiguous =
                value.is_empty() || value.contains([' ', '=', '"']) || value.contains(is_dangerous);
            if quoted || ambiguous {
                return write!(self.writer, "{value:?}");
            }
        }
        for c in value.chars() {
            if is_dangerous(c) {
                write!(self.writer, "{}", c.escape_default())?;
            } else {
                self.writer.write_char(c)?;
            }
        }
        Ok(())
    }
}

impl Visit for HumanVisitor<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.write(field, value, true);
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        let mut text = value.to_string();
        let mut source = value.source();
        while let Some(cause) = source {
            // writing to a string cannot fail
            let _ = write!(text, ": {cause}");
            source = cause.source();
        }
        self.write(field, &text, true);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.write(field, &format!("{value:?}"), false);
    }
}

/// JSON already escapes what JSON must; this escapes the rest that a terminal would act upon.
struct OneLine<W>(W);

impl<'a, W: MakeWriter<'a>> MakeWriter<'a> for OneLine<W> {
    type Writer = OneLineWriter<W::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        OneLineWriter(self.0.make_writer())
    }
}

/// Takes one whole event at each write.
struct OneLineWriter<W>(W);

impl<W: Write> Write for OneLineWriter<W> {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let line = text.trim_end_matches('\n');
        let mut escaped = String::with_capacity(text.len());
        for c in line.chars() {
            if is_dangerous(c) {
                // writing to a string cannot fail
                let _ = write!(escaped, "\\u{:04x}", u32::from(c));
            } else {
                escaped.push(c);
            }
        }
        escaped.push('\n');
        self.0.write_all(escaped.as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    const EVIL: &str = "a\nERROR forged admin=true \u{1b}[2J\u{9b}\u{202e}\u{2028}";

    #[derive(Clone, Default)]
    struct Catcher(Arc<Mutex<Vec<u8>>>);

    impl Write for Catcher {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(format: LogFormat, colours: bool, work: impl FnOnce()) -> String {
        let catcher = Catcher::default();
        let writer = catcher.clone();
        let log = LogSection { format, level: "info".to_owned() };
        let dispatch = subscriber(&log, colours, move || writer.clone()).unwrap();
        tracing::dispatcher::with_default(&dispatch, work);
        String::from_utf8(catcher.0.lock().unwrap().clone()).unwrap()
    }

    fn evil_events() {
        let span = tracing::info_span!("invitations.revoke", title = %EVIL);
        let _inside = span.enter();
        tracing::info!(name = EVIL, other = %EVIL, debug = ?EVIL, "message {EVIL}");
    }

    #[test]
    fn aud_05_a_value_cannot_forge_a_human_line_or_field() {
        let text = logged(LogFormat::Human, false, evil_events);
        assert_eq!(text.matches('\n').count(), 1, "{text}");
        assert!(!text.trim_end().contains(is_dangerous), "{text}");
        assert!(text.contains("invitations.revoke{title=\"a\\nERROR forged admin=true"), "{text}");
        assert!(text.contains(" other=\"a\\nERROR"), "{text}");
    }

    #[test]
    fn aud_05_a_value_cannot_forge_a_json_line() {
        let text = logged(LogFormat::Json, false, evil_events);
        assert_eq!(text.matches('\n').count(), 1, "{text}");
        assert!(!text.trim_end().contains(is_dangerous), "{text}");
        let line: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(line["fields"]["name"], EVIL);
        assert_eq!(line["fields"]["other"], EVIL);
        assert_eq!(line["span"]["title"], EVIL);
    }

    #[test]
    fn a_json_line_has_time_level_target_fields_and_spans() {
        let text = logged(LogFormat::Json, true, evil_events);
        let line: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert!(line["timestamp"].as_str().unwrap().ends_with('Z'));
        assert_eq!(line["level"], "INFO");
        assert_eq!(line["target"], module_path!());
        assert_eq!(line["spans"][0]["name"], "invitations.revoke");
    }

    #[test]
    fn plain_values_of_a_human_line_stay_plain_and_a_cause_is_told() {
        let text = logged(LogFormat::Human, false, || {
            let cause = io::Error::other(io::Error::other("disk full"));
            tracing::info!(count = 3, id = %"org_1", error = &cause as &(dyn Error + 'static), "done");
            tracing::debug!("too quiet");
        });
        assert!(text.ends_with(": done count=3 id=org_1 error=\"disk full\"\n"), "{text}");
    }

    #[test]
    fn colours_are_only_there_when_asked_for() {
        let work = || tracing::info!(count = 3, "done");
        assert!(logged(LogFormat::Human, true, work).contains('\u{1b}'));
        assert!(!logged(LogFormat::Human, false, work).contains('\u{1b}'));
    }
}
