//! A letter as it arrived (RFC 5322, MIME), read as far as a person would: to whom, about what, the text.

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A letter.
pub struct Letter {
    pub from: String,
    pub to: String,
    pub subject: String,
    /// The plain text.
    pub text: String,
}

/// Headers, unfolded, and what stands below them.
struct Part<'a> {
    headers: Vec<(String, String)>,
    body: &'a str,
}

impl Letter {
    pub fn parse(raw: &str) -> Result<Self> {
        let whole = Part::parse(raw).context("the letter has no end of its headers")?;
        let text = whole.plain().context("the letter has no plain text")?;
        let header = |name| whole.header(name).unwrap_or_default().to_owned();
        Ok(Self { from: header("from"), to: header("to"), subject: header("subject"), text })
    }

    /// The first link of the text.
    pub fn link(&self) -> Result<&str> {
        let mut words = self.text.split_whitespace();
        let link = words.find(|word| word.starts_with("http") && word.contains("token="));
        link.context("the letter has no link with a token")
    }

    /// The token that the link carries.
    pub fn token(&self) -> Result<&str> {
        let (_, token) = self.link()?.split_once("token=").context("the link has no token")?;
        Ok(token)
    }
}

impl<'a> Part<'a> {
    fn parse(raw: &'a str) -> Option<Self> {
        let (head, body) = raw.split_once("\r\n\r\n")?;
        let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let headers = unfolded.lines().filter_map(|line| line.split_once(':'));
        let headers =
            headers.map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        Some(Self { headers: headers.collect(), body })
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The plain text of this part, or of the first one in it that has some.
    fn plain(&self) -> Option<String> {
        let kind = self.header("content-type").unwrap_or("text/plain");
        if kind.starts_with("text/plain") {
            return decode(self.body, self.header("content-transfer-encoding").unwrap_or("7bit")).ok();
        }
        let (_, boundary) = kind.split_once("boundary=")?;
        let boundary = boundary.trim_start_matches('"').split(['"', ';']).next()?;
        let line = format!("--{boundary}");
        let inner = self.body.split(&line).skip(1);
        inner.filter_map(|part| Part::parse(part.trim_start())).find_map(|part| part.plain())
    }
}

fn decode(body: &str, encoding: &str) -> Result<String> {
    let bytes = match encoding.to_ascii_lowercase().as_str() {
        "7bit" | "8bit" | "binary" => return Ok(body.to_owned()),
        "quoted-printable" => quoted_printable(body)?,
        "base64" => {
            let packed: String = body.split_whitespace().collect();
            STANDARD.decode(packed).context("the letter's base64")?
        }
        other => bail!("the letter is encoded as {other:?}"),
    };
    String::from_utf8(bytes).context("the letter is not UTF-8")
}

/// `=3D` is a byte, `=` at the end of a line joins it with the next (RFC 2045).
fn quoted_printable(body: &str) -> Result<Vec<u8>> {
    let joined = body.replace("=\r\n", "");
    let mut pieces = joined.split('=');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let (code, rest) = piece.split_at_checked(2).context("a broken quoted-printable letter")?;
        bytes.push(u8::from_str_radix(code, 16).context("a broken quoted-printable letter")?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO_PARTS: &str = "From: Polity <p@x>\r\nTo: ada@x\r\nSubject: Come\r\n in\r\n\
        Content-Type: multipart/alternative;\r\n boundary=\"--b\"\r\n\r\n\
        ----b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
        Gr=C3=BC=C3=9Fe: http://x/invitation?token=3Dpol_=\r\ninv_1\r\n\r\n\
        ----b\r\nContent-Type: text/html\r\n\r\n<p>no</p>\r\n----b--\r\n";

    #[test]
    fn the_link_of_the_plain_part_is_found() {
        let letter = Letter::parse(TWO_PARTS).unwrap();
        assert_eq!((letter.to.as_str(), letter.subject.as_str()), ("ada@x", "Come in"));
        assert!(letter.text.starts_with("Grüße: "), "{}", letter.text);
        assert_eq!(letter.link().unwrap(), "http://x/invitation?token=pol_inv_1");
        assert_eq!(letter.token().unwrap(), "pol_inv_1");
    }

    #[test]
    fn base64_is_read_as_well_and_other_encodings_are_not_guessed() {
        let head = "To: a@x\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding:";
        let letter = Letter::parse(&format!("{head} base64\r\n\r\naGVs\r\nbG8=\r\n")).unwrap();
        assert_eq!(letter.text, "hello");
        assert!(letter.link().is_err());
        assert!(Letter::parse(&format!("{head} rot13\r\n\r\nuryyb")).is_err());
    }
}
