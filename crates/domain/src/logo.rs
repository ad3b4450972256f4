//! Logos: pictures as data URIs, judged by what they are and not by what they say they are, and addresses
//! of pictures elsewhere. SVG is a program and no picture here.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::email::canonical_domain;

/// Bytes of a picture.
pub const MAX_BYTES: usize = 256 * 1024;
/// Characters of an address.
pub const MAX_URL: usize = 2_048;

/// Why a logo is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLogo {
    /// No data URI of one of the types.
    #[error("must be a data URI in base64 (`data:image/png;base64,…`) of a PNG, JPEG or WebP picture")]
    DataUri,
    /// The bytes are no picture of the type that the URI names.
    #[error("must hold a picture of the type that it names: PNG, JPEG or WebP")]
    Content,
    /// Too large.
    #[error("must be at most 256 KiB")]
    TooLarge,
    /// No address that a page may load a picture from.
    #[error("must be an address that begins with https:// and a host name, of at most {MAX_URL} characters")]
    Url,
}

/// Checks a picture that is written as a data URI (RFC 2397).
pub fn check_data_uri(uri: &str) -> Result<(), InvalidLogo> {
    // Before anything is decoded: four characters hold three bytes.
    if uri.len() > MAX_BYTES / 3 * 4 + 64 {
        return Err(InvalidLogo::TooLarge);
    }
    let (kind, data) = uri
        .strip_prefix("data:image/")
        .and_then(|rest| rest.split_once(";base64,"))
        .ok_or(InvalidLogo::DataUri)?;
    let is_of_its_kind = match kind {
        "png" => is_png,
        "jpeg" => is_jpeg,
        "webp" => is_webp,
        _ => return Err(InvalidLogo::DataUri),
    };
    let bytes = STANDARD.decode(data).map_err(|_| InvalidLogo::DataUri)?;
    if bytes.len() > MAX_BYTES {
        return Err(InvalidLogo::TooLarge);
    }
    if is_of_its_kind(&bytes) { Ok(()) } else { Err(InvalidLogo::Content) }
}

/// The signature and the first chunk (PNG specification, sections 5.2 and 11.2.1), and the last one.
fn is_png(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR") && bytes.ends_with(b"\0\0\0\0IEND\xae\x42\x60\x82")
}

/// Start of image, another marker, end of image (ITU-T T.81, annex B).
fn is_jpeg(bytes: &[u8]) -> bool {
    bytes.len() > 4 && bytes.starts_with(&[0xff, 0xd8, 0xff]) && bytes.ends_with(&[0xff, 0xd9])
}

/// A RIFF container of its own length, with a picture in it (RFC 9649, section 2).
fn is_webp(bytes: &[u8]) -> bool {
    let Some((head, rest)) = bytes.split_at_checked(16) else { return false };
    let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
    let whole = usize::try_from(length).is_ok_and(|length| length == rest.len() + 8);
    let first = matches!(&head[12..16], b"VP8 " | b"VP8L" | b"VP8X");
    whole && head.starts_with(b"RIFF") && &head[8..12] == b"WEBP" && first
}

/// Checks an address of a picture: `https`, a host name, and nothing that could end the attribute or the
/// style that it is put into.
pub fn check_url(url: &str) -> Result<(), InvalidLogo> {
    let rest = url.strip_prefix("https://").filter(|_| url.len() <= MAX_URL).ok_or(InvalidLogo::Url)?;
    let harmless = |byte: u8| {
        byte.is_ascii_graphic()
            && !matches!(
                byte,
                b'"' | b'\'' | b'<' | b'>' | b'\\' | b'`' | b'(' | b')' | b'{' | b'}' | b'|' | b'^'
            )
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (host, port) = authority.split_once(':').unwrap_or((authority, "443"));
    let port_fits =
        port.parse::<u16>().is_ok_and(|number| number > 0) && port.bytes().all(|byte| byte.is_ascii_digit());
    let host_fits = canonical_domain(host).is_ok_and(|canonical| canonical == host.to_ascii_lowercase());
    if rest.bytes().all(harmless) && port_fits && host_fits { Ok(()) } else { Err(InvalidLogo::Url) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(kind: &str, bytes: &[u8]) -> String {
        format!("data:image/{kind};base64,{}", STANDARD.encode(bytes))
    }

    fn png(padding: usize) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.resize(bytes.len() + padding, 0);
        bytes.extend(b"\0\0\0\0IEND\xae\x42\x60\x82");
        bytes
    }

    fn webp(length: u8) -> Vec<u8> {
        let mut bytes = b"RIFF\0\0\0\0WEBPVP8L".to_vec();
        bytes[4] = length;
        bytes.resize(24, 0);
        bytes
    }

    #[test]
    fn a_picture_is_what_it_says_it_is() {
        let jpeg = [0xff, 0xd8, 0xff, 0xe0, 0, 0, 0xff, 0xd9];
        for (kind, bytes) in [("png", png(20)), ("jpeg", jpeg.to_vec()), ("webp", webp(16))] {
            assert_eq!(check_data_uri(&uri(kind, &bytes)), Ok(()), "{kind}");
            for other in ["png", "jpeg", "webp"].into_iter().filter(|other| *other != kind) {
                assert_eq!(
                    check_data_uri(&uri(other, &bytes)),
                    Err(InvalidLogo::Content),
                    "{kind} as {other}"
                );
            }
        }
        assert_eq!(check_data_uri(&uri("webp", &webp(17))), Err(InvalidLogo::Content));
        assert_eq!(check_data_uri(&uri("png", b"<svg onload=alert(1)>")), Err(InvalidLogo::Content));
        let mut tail = png(4);
        tail.extend(b"<script>alert(1)</script>");
        assert_eq!(check_data_uri(&uri("png", &tail)), Err(InvalidLogo::Content));
    }

    #[test]
    fn what_is_no_data_uri_of_a_picture_is_refused() {
        let svg = uri("svg+xml", b"<svg/>");
        for uri in [
            "",
            "data:,",
            "data:image/png,abc",
            "javascript:alert(1)",
            "data:text/html;base64,PHA+",
            &svg,
            "data:image/png;base64,***",
            "data:image/png;charset=x;base64,AAAA",
            "DATA:image/png;base64,AAAA",
        ] {
            assert_eq!(check_data_uri(uri), Err(InvalidLogo::DataUri), "{uri}");
        }
        assert_eq!(check_data_uri(&uri("png", &png(MAX_BYTES))), Err(InvalidLogo::TooLarge));
        let room = MAX_BYTES - png(0).len();
        assert_eq!(check_data_uri(&uri("png", &png(room))), Ok(()));
        assert_eq!(check_data_uri(&uri("png", &png(room + 1))), Err(InvalidLogo::TooLarge));
    }

    #[test]
    fn an_address_of_a_picture_is_https_and_ends_no_attribute() {
        for url in
            ["https://cdn.example.com/a.png", "https://x.example:8443/?a=b&c=%20#d", "https://X.example"]
        {
            assert_eq!(check_url(url), Ok(()), "{url}");
        }
        for url in [
            "",
            "http://a.example/x.png",
            "HTTPS://a.example",
            "//a.example",
            "javascript:alert(1)",
            "https://",
            "https:///x",
            "https://user@a.example/",
            "https://a.example:0/",
            "https://a.example:99999/",
            "https://a.example:+1/",
            "https://localhost/x",
            "https://127.0.0.1/x",
            "https://[::1]/x",
            "https://a.example/\"onerror=",
            "https://a.example/ x",
            "https://a.example/\u{e9}",
            "https://a.example\\x",
            "https://a.example/x)",
            "https://a.example/<b>",
            "https://a.example/\n",
        ] {
            assert_eq!(check_url(url), Err(InvalidLogo::Url), "{url:?}");
        }
    }
}
