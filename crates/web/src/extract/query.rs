//! The query string, decoded strictly (<https://url.spec.whatwg.org/#urlencoded-parsing>, but what is
//! no UTF-8 is refused instead of replaced).

use super::text::Parameters;
use crate::problem::Problem;

/// How many parameters a query may have.
const MOST: usize = 100;

/// The parameters of a query, those of one name together.
pub(crate) fn parameters(query: &str) -> Result<Parameters, Problem> {
    let mut parameters = Parameters::new();
    for (index, pair) in query.split('&').filter(|pair| !pair.is_empty()).enumerate() {
        if index >= MOST {
            return Err(Problem::bad_request("invalid_parameter", "There are too many query parameters."));
        }
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decoded(name).ok_or_else(|| unreadable(""))?;
        let value = decoded(value).ok_or_else(|| unreadable(&name))?;
        match parameters.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value),
            None => parameters.push((name, vec![value])),
        }
    }
    Ok(parameters)
}

fn unreadable(name: &str) -> Problem {
    Problem::field(name, "invalid_parameter", "must be percent-encoded UTF-8 without U+0000")
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => (hexadecimal(bytes.next()?)? << 4) | hexadecimal(bytes.next()?)?,
            other => other,
        });
    }
    String::from_utf8(decoded).ok().filter(|text| !text.contains('\0'))
}

fn hexadecimal(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}
