//! Files that are generated and committed: written anew, or proven current.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::sh;

/// Writes `content` to `path` (from the root), or with `check` fails unless it is there, byte for byte.
pub fn keep(path: &str, content: &[u8], check: bool, command: &str) -> Result<()> {
    let file = sh::root().join(path);
    let committed = fs::read(&file).ok();
    if committed.as_deref() == Some(content) {
        eprintln!("{path} is current");
        return Ok(());
    }
    if !check {
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        }
        fs::write(&file, content).with_context(|| format!("cannot write {path}"))?;
        eprintln!("{path} is written");
        return Ok(());
    }
    match committed {
        None => bail!("{path} is missing: run `{command}` and commit it"),
        Some(old) => {
            bail!("{path} is not current ({}): run `{command}` and commit it", difference(&old, content))
        }
    }
}

/// The first line that differs, for a message.
fn difference(old: &[u8], new: &[u8]) -> String {
    let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
    let same = old.lines().zip(new.lines()).take_while(|(old, new)| old == new).count();
    match (old.lines().nth(same), new.lines().nth(same)) {
        (Some(old), Some(new)) => {
            format!("line {}: it says {:?}, should say {:?}", same + 1, cut(old), cut(new))
        }
        (Some(old), None) => format!("line {}: {:?} is too much", same + 1, cut(old)),
        (None, Some(new)) => format!("line {}: {:?} is missing", same + 1, cut(new)),
        (None, None) => "the line ends differ".to_owned(),
    }
}

fn cut(line: &str) -> String {
    line.trim().chars().take(120).collect()
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn the_first_line_that_differs_is_named() {
        assert_eq!(difference(b"a\nb\n", b"a\nc\n"), r#"line 2: it says "b", should say "c""#);
        assert_eq!(difference(b"a\nb\n", b"a\n"), r#"line 2: "b" is too much"#);
        assert_eq!(difference(b"a\n", b"a\nb\n"), r#"line 2: "b" is missing"#);
        assert_eq!(difference(b"a\n", b"a"), "the line ends differ");
    }
}
