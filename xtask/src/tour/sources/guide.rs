//! Leads through a document: asks as it prints, judges, and keeps what is to be read.

use anyhow::{Result, bail};
use serde_json::Value;

use super::page::Page;
use crate::http::Answer;
use crate::tour::show;
use crate::tour::stage::Actor;

/// A request as a document prints it.
pub struct Request {
    line: String,
    body: Value,
}

/// A request without a body: `GET /orgs/…`.
pub fn ask(line: impl Into<String>) -> Request {
    Request { line: line.into(), body: Value::Null }
}

impl Request {
    /// The same with a body.
    pub fn with(self, body: Value) -> Self {
        Self { body, ..self }
    }
}

pub struct Guide {
    page: Page,
}

impl Guide {
    pub fn new(origin: &str) -> Self {
        Self { page: Page::new(origin) }
    }

    /// A document begins.
    pub fn document(&mut self, number: &str, about: &str) {
        show::title(&format!("Source document {number}"));
        self.page.heading(2, &format!("Source document {number}"));
        self.page.paragraph(about);
    }

    /// A part of it begins.
    pub fn part(&mut self, name: &str) {
        show::title(name);
        self.page.heading(3, name);
    }

    /// Asks, and fails unless the answer has this status and each of the printed fields (JSON pointers).
    pub async fn shows(
        &mut self,
        says: &str,
        by: &Actor,
        request: Request,
        status: u16,
        fields: &[&str],
    ) -> Result<Answer> {
        show::say(says);
        let answer = by.ask(&request.line, request.body.clone(), status).await?;
        for field in fields {
            if answer.body.pointer(field).is_none() {
                bail!("{}: \u{201c}{says}\u{201d}: there is no {field} in {}", request.line, answer.body);
            }
        }
        self.page.quote(says);
        self.page.exchange(&request.line, by, &request.body, &answer, fields);
        Ok(answer)
    }

    /// The page.
    pub fn finish(self) -> String {
        self.page.finish()
    }
}
