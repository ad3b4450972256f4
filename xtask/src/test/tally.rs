//! Passing the tests' output on and counting what it reports, over all test binaries.

use std::io::{self, Write};

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: u64,
    pub failed: u64,
    pub skipped: u64,
    pub failures: Vec<String>,
}

/// Shows every line as it comes and counts until the output ends.
pub async fn read(output: impl AsyncRead + Unpin) -> io::Result<Tally> {
    let mut tally = Tally::default();
    let mut lines = BufReader::new(output);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line).await? > 0 {
        io::stdout().write_all(&line)?;
        tally.add(&String::from_utf8_lossy(&line));
        line.clear();
    }
    io::stdout().flush()?;
    Ok(tally)
}

impl Tally {
    /// Counts a line such as `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; …`.
    fn add(&mut self, line: &str) {
        if let Some(name) =
            line.strip_prefix("test ").and_then(|line| line.trim_end().strip_suffix(" ... FAILED"))
        {
            self.failures.push(name.to_owned());
        }
        let Some(result) = line.strip_prefix("test result: ") else { return };
        let words: Vec<&str> = result.split([' ', ';']).filter(|word| !word.is_empty()).collect();
        for pair in words.windows(2) {
            let [count, what] = pair else { continue };
            let Ok(count) = count.parse::<u64>() else { continue };
            match *what {
                "passed" => self.passed += count,
                "failed" => self.failed += count,
                "ignored" => self.skipped += count,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn results_are_summed_and_failures_named() {
        let mut tally = Tally::default();
        for line in [
            "running 2 tests\n",
            "test rooms::one ... ok\n",
            "test rooms::two ... FAILED\n",
            "test result: FAILED. 1 passed; 1 failed; 3 ignored; 0 measured; 9 filtered out; finished in 0.01s\n",
            "test result: ok. 41 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 2.00s\n",
        ] {
            tally.add(line);
        }
        let failures = vec!["rooms::two".to_owned()];
        assert_eq!(tally, Tally { passed: 42, failed: 1, skipped: 3, failures });
    }
}
