//! The grammar of AIP-160, by recursive descent: one function a rule, no step back but over space.

use super::filter::{
    Argument, Call, Expr, FilterError, KEYWORDS, Literal, MAX_BYTES, MAX_DEPTH, MAX_TERMS, Member,
    Restriction, Subject,
};
use super::lexer::{Cursor, Place, quote};
use super::pattern::{Piece, TextPattern};

/// Reads a filter. A blank one is `None`.
pub fn parse(text: &str) -> Result<Option<Expr>, FilterError> {
    check_characters(text)?;
    let mut parser = Parser { cursor: Cursor::new(text), depth: 0, terms: 0, values_only: false };
    parser.cursor.skip_space();
    if parser.cursor.peek().is_none() {
        return Ok(None);
    }
    let expr = parser.expression()?;
    match parser.cursor.peek() {
        None => Ok(Some(expr)),
        Some(')') => Err(parser.error("this ')' has no '(' before it")),
        Some(_) => Err(parser.unexpected()),
    }
}

fn check_characters(text: &str) -> Result<(), FilterError> {
    if text.len() > MAX_BYTES {
        let column = text.char_indices().take_while(|(index, _)| *index < MAX_BYTES).count() + 1;
        return Err(FilterError::at(column, format!("a filter has at most {MAX_BYTES} bytes")));
    }
    // PostgreSQL keeps no NUL in text, and nobody searches for the others.
    let is_refused = |character: char| character.is_control() && !character.is_whitespace();
    match text.chars().position(is_refused) {
        Some(index) => Err(FilterError::at(index + 1, "a filter holds no control characters")),
        None => Ok(()),
    }
}

struct Parser<'a> {
    cursor: Cursor<'a>,
    depth: usize,
    terms: usize,
    /// Between the parentheses behind a comparator, where there are only values.
    values_only: bool,
}

/// What a word or a function turns out to be.
enum Operand {
    /// Strings with dots between them: a field's name, or a value alone.
    Path(Vec<TextPattern>),
    Call(Call),
}

impl Parser<'_> {
    fn error(&self, detail: impl Into<String>) -> FilterError {
        FilterError::at(self.cursor.column(), detail)
    }

    fn unexpected(&self) -> FilterError {
        self.error(format!("did not expect {} here", self.cursor.found()))
    }

    fn expected(&self, what: &str) -> FilterError {
        self.error(format!("expected {what}, found {}", self.cursor.found()))
    }

    /// Goes one level down while `inner` runs.
    fn nested<T>(
        &mut self,
        inner: impl FnOnce(&mut Self) -> Result<T, FilterError>,
    ) -> Result<T, FilterError> {
        if self.depth == MAX_DEPTH {
            return Err(self.error(format!("a filter is nested at most {MAX_DEPTH} levels deep")));
        }
        self.depth += 1;
        let outcome = inner(self);
        self.depth -= 1;
        outcome
    }

    fn count_term(&mut self) -> Result<(), FilterError> {
        if self.terms == MAX_TERMS {
            return Err(self.error(format!("a filter has at most {MAX_TERMS} terms")));
        }
        self.terms += 1;
        Ok(())
    }

    /// `expression: sequence {AND sequence}`, `sequence: factor {factor}`. Both mean "and", so
    /// both give one list.
    fn expression(&mut self) -> Result<Expr, FilterError> {
        let mut factors = Vec::new();
        loop {
            factors.push(self.factor()?);
            self.cursor.skip_space();
            if self.cursor.at_keyword("AND") {
                self.cursor.keyword("AND")?;
            } else if matches!(self.cursor.peek(), None | Some(')' | ',')) {
                return Ok(join(factors, Expr::And));
            }
        }
    }

    /// `factor: term {OR term}`
    fn factor(&mut self) -> Result<Expr, FilterError> {
        let mut terms = Vec::new();
        loop {
            terms.push(self.term()?);
            self.cursor.skip_space();
            if !self.cursor.at_keyword("OR") {
                return Ok(join(terms, Expr::Or));
            }
            self.cursor.keyword("OR")?;
        }
    }

    /// `term: [NOT | -] simple`. More than one negation is taken too.
    fn term(&mut self) -> Result<Expr, FilterError> {
        if self.cursor.at_keyword("NOT") {
            self.cursor.keyword("NOT")?;
        } else if self.cursor.take('-') {
            if self.cursor.peek().is_none_or(char::is_whitespace) {
                return Err(self.error("'-' stands directly before what it negates"));
            }
        } else {
            return self.simple();
        }
        self.nested(|parser| Ok(Expr::Not(Box::new(parser.term()?))))
    }

    /// `simple: restriction | composite`
    fn simple(&mut self) -> Result<Expr, FilterError> {
        let simple = match self.cursor.peek() {
            Some('(') => self.composite(),
            _ if self.values_only => self.value(),
            _ => self.restriction(),
        }?;
        match self.cursor.peek() {
            None | Some(')' | ',') => Ok(simple),
            Some(next) if next.is_whitespace() => Ok(simple),
            Some(_) => Err(self.error(format!("expected a space before {}", self.cursor.found()))),
        }
    }

    /// `composite: ( expression )`
    fn composite(&mut self) -> Result<Expr, FilterError> {
        let opening = self.cursor.column();
        self.nested(|parser| {
            parser.cursor.take('(');
            parser.cursor.skip_space();
            let expr = parser.expression()?;
            if parser.cursor.take(')') {
                return Ok(expr);
            }
            match parser.cursor.peek() {
                None => Err(FilterError::at(opening, "this '(' has no ')' after it")),
                Some(_) => Err(parser.unexpected()),
            }
        })
    }

    /// A value where only values may stand.
    fn value(&mut self) -> Result<Expr, FilterError> {
        self.count_term()?;
        match self.argument()? {
            Argument::Literal(literal) => Ok(Expr::Literal(literal)),
            Argument::Call(call) => Ok(Expr::Call(call)),
            Argument::Group(expr) => Ok(*expr),
        }
    }

    /// `restriction: comparable [comparator arg]`
    fn restriction(&mut self) -> Result<Expr, FilterError> {
        self.count_term()?;
        let column = self.cursor.column();
        let operand = self.operand()?;
        let behind = self.cursor;
        self.cursor.skip_space();
        let Some(comparator) = self.cursor.comparator() else {
            self.cursor = behind;
            return Ok(match operand {
                Operand::Path(path) => Expr::Literal(Literal { pattern: dotted(&path), column }),
                Operand::Call(call) => Expr::Call(call),
            });
        };
        let subject = match operand {
            Operand::Path(path) => Subject::Member(member(&path, column)?),
            Operand::Call(call) => Subject::Call(call),
        };
        self.cursor.skip_space();
        let argument = self.compared()?;
        Ok(Expr::Restriction(Restriction { subject, comparator, argument }))
    }

    /// `comparable: member | function`
    fn operand(&mut self) -> Result<Operand, FilterError> {
        let column = self.cursor.column();
        self.refuse_keyword()?;
        let quoted = self.at_quote();
        let first = self.cursor.text(Place::Name)?.ok_or_else(|| self.expected("a field or a value"))?;
        let (mut path, mut bare) = (vec![first], !quoted);
        while self.cursor.take('.') {
            bare &= !self.at_quote();
            let missing = "a name after '.' (a value that ends with a dot wants quotes)";
            path.push(self.cursor.text(Place::Name)?.ok_or_else(|| self.expected(missing))?);
        }
        if bare && self.cursor.peek() == Some('(') {
            return self.call(&dotted(&path), column).map(Operand::Call);
        }
        Ok(Operand::Path(path))
    }

    /// What stands behind a comparator. Logic in it joins values only.
    fn compared(&mut self) -> Result<Argument, FilterError> {
        let outer = std::mem::replace(&mut self.values_only, true);
        let argument = self.argument();
        self.values_only = outer;
        argument
    }

    /// `arg: comparable | composite`
    fn argument(&mut self) -> Result<Argument, FilterError> {
        if self.cursor.peek() == Some('(') {
            return Ok(Argument::Group(Box::new(self.composite()?)));
        }
        let column = self.cursor.column();
        self.refuse_keyword()?;
        let quoted = self.at_quote();
        let pattern = self.cursor.text(Place::Value)?.ok_or_else(|| self.expected("a value"))?;
        if !quoted && self.cursor.peek() == Some('(') {
            return self.call(&pattern, column).map(Argument::Call);
        }
        Ok(Argument::Literal(Literal { pattern, column }))
    }

    /// `function: name {. name} ( [arg {, arg}] )`
    fn call(&mut self, name: &TextPattern, column: usize) -> Result<Call, FilterError> {
        let is_part = |character: char| character.is_alphanumeric() || matches!(character, '_' | '.');
        let Some(name) = name.literal().filter(|name| name.chars().all(is_part)).map(str::to_owned) else {
            return Err(self.error("expected a space before '('"));
        };
        let outer = std::mem::replace(&mut self.values_only, false);
        let arguments = self.nested(Self::arguments);
        self.values_only = outer;
        Ok(Call { name, arguments: arguments?, column })
    }

    fn arguments(&mut self) -> Result<Vec<Argument>, FilterError> {
        let mut arguments = Vec::new();
        self.cursor.take('(');
        self.cursor.skip_space();
        if self.cursor.take(')') {
            return Ok(arguments);
        }
        loop {
            self.count_term()?;
            arguments.push(self.argument()?);
            self.cursor.skip_space();
            if self.cursor.take(')') {
                return Ok(arguments);
            }
            if !self.cursor.take(',') {
                return Err(self.expected("',' or ')'"));
            }
            self.cursor.skip_space();
        }
    }

    fn at_quote(&self) -> bool {
        matches!(self.cursor.peek(), Some('"' | '\''))
    }

    fn refuse_keyword(&self) -> Result<(), FilterError> {
        match KEYWORDS.into_iter().find(|keyword| self.cursor.at_keyword(keyword)) {
            Some(keyword) => {
                Err(self.error(format!("did not expect '{keyword}' here; quote it to search for the word")))
            }
            None => Ok(()),
        }
    }
}

/// The only one, or all of them joined.
fn join(mut parts: Vec<Expr>, joined: impl FnOnce(Vec<Expr>) -> Expr) -> Expr {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            joined(parts)
        }
    }
}

/// Strings with dots between them, as one.
fn dotted(path: &[TextPattern]) -> TextPattern {
    let with_dot = |(index, part): (usize, &TextPattern)| {
        let before = (index > 0).then(|| Piece::Literal(".".to_owned()));
        before.into_iter().chain(part.pieces().to_vec())
    };
    path.iter().enumerate().flat_map(with_dot).collect()
}

fn member(path: &[TextPattern], column: usize) -> Result<Member, FilterError> {
    let name = |part: &TextPattern| part.literal().map(str::to_owned);
    let Some(names) = path.iter().map(name).collect::<Option<Vec<_>>>() else {
        return Err(FilterError::at(column, "a field's name holds no '*'"));
    };
    if names.iter().any(String::is_empty) {
        return Err(FilterError::at(column, format!("{} has an empty part", quote(&names.join(".")))));
    }
    Ok(Member { path: names, column })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listing::Comparator;

    fn normal(text: &str) -> String {
        parse(text).unwrap().unwrap().to_string()
    }

    fn refusal(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    #[test]
    fn or_binds_tighter_than_and() {
        assert_eq!(normal("a=1 AND b=2 OR c=3"), normal("a=1 AND (b=2 OR c=3)"));
        assert_eq!(normal("a=1 OR b=2 AND c=3"), normal("(a=1 OR b=2) AND c=3"));
        assert!(matches!(parse("a=1 AND b=2 OR c=3"), Ok(Some(Expr::And(parts))) if parts.len() == 2));
    }

    #[test]
    fn a_sequence_is_a_conjunction() {
        assert_eq!(normal("New York Giants OR Yankees"), "New AND York AND Giants OR Yankees");
        assert_eq!(normal("a b AND c AND d"), "a AND b AND c AND d");
    }

    #[test]
    fn negation_is_written_in_two_ways() {
        assert_eq!(normal("-a"), normal("NOT a"));
        assert_eq!(normal("-(a OR b)"), "NOT (a OR b)");
        assert_eq!(normal("-file:\".java\""), "NOT file : \".java\"");
        assert_eq!(normal("a NOT b"), "a AND NOT b");
        assert_eq!(normal("n = -30"), "n = \"-30\"");
    }

    #[test]
    fn keywords_are_upper_case_and_whole_words() {
        assert_eq!(normal("a and b"), "a AND and AND b");
        assert_eq!(normal("ANDy ORlando NOTe"), "ANDy AND ORlando AND NOTe");
        assert_eq!(normal("'OR' OR \"AND\""), "\"OR\" OR \"AND\"");
        assert_eq!(normal("labels.NOT = 1"), "labels.\"NOT\" = 1");
    }

    #[test]
    fn space_around_comparators_has_no_meaning() {
        for comparator in Comparator::LONGEST_FIRST {
            let expected = format!("a {comparator} b");
            assert_eq!(normal(&format!("a{comparator}b")), expected);
            assert_eq!(normal(&format!("a \t{comparator}\n b")), expected);
        }
    }

    #[test]
    fn times_and_addresses_need_no_quotes_behind_a_comparator() {
        let filter = "t > 2012-04-21T11:30:00.5-04:00 AND e = ann@example.com AND d = (1.2s OR 10:30)";
        let quoted =
            "t > \"2012-04-21T11:30:00.5-04:00\" AND e = \"ann@example.com\" AND d = (\"1.2s\" OR \"10:30\")";
        assert_eq!(normal(filter), quoted);
    }

    #[test]
    fn a_backslash_takes_the_meaning_away() {
        let literal = |text: &str| match parse(text) {
            Ok(Some(Expr::Literal(literal))) => literal.pattern,
            other => panic!("{other:?}"),
        };
        assert_eq!(literal(r"'it\'s \* \\'"), TextPattern::exactly(r"it's * \"));
        assert_eq!(literal(r"O'Brien\*"), TextPattern::exactly("O'Brien*"));
        assert_eq!(
            literal("*.example.com").pieces(),
            [Piece::Any, Piece::Literal(".example.com".to_owned())]
        );
        assert_eq!(refusal(r"'a\n'"), r#"column 3: a backslash goes before \, *, " or ' only"#);
    }

    #[test]
    fn blank_is_nothing() {
        assert_eq!(parse(""), Ok(None));
        assert_eq!(parse(" \t\n"), Ok(None));
    }

    #[test]
    fn errors_name_the_column_in_characters() {
        assert_eq!(refusal("é = 'x"), "column 5: the string that begins here has no closing quote");
        assert_eq!(refusal("(a"), "column 1: this '(' has no ')' after it");
        assert_eq!(refusal("a )"), "column 3: this ')' has no '(' before it");
        assert_eq!(refusal("a AND"), "column 6: expected a field or a value, found the end of the filter");
        assert_eq!(
            refusal("a OR OR b"),
            "column 6: did not expect 'OR' here; quote it to search for the word"
        );
        assert_eq!(refusal("a == b"), "column 4: expected a value, found '='");
        assert_eq!(refusal("a = b = c"), "column 7: expected a field or a value, found '='");
        assert_eq!(refusal("a = (b = c)"), "column 8: expected a value, found '='");
        assert_eq!(refusal("a - b"), "column 4: '-' stands directly before what it negates");
        assert_eq!(refusal("\"a\"b"), "column 4: expected a space before 'b'");
        assert_eq!(refusal("a, b"), "column 2: did not expect ',' here");
        assert_eq!(
            refusal("NOT(a)"),
            "column 4: 'NOT' must have a space after it; quote it to search for the word"
        );
        assert_eq!(refusal("a* = 1"), "column 1: a field's name holds no '*'");
        assert_eq!(refusal("a\0"), "column 2: a filter holds no control characters");
    }

    #[test]
    fn functions_are_read() {
        assert_eq!(normal("math.mem('30mb')"), "math.mem(30mb)");
        assert_eq!(
            normal("x <= cohort( request.user , (a OR b=1) )"),
            "x <= cohort(\"request.user\", (a OR b = 1))"
        );
        assert_eq!(normal("f() = g()"), "f() = g()");
        assert_eq!(refusal("f(a"), "column 4: expected ',' or ')', found the end of the filter");
    }

    #[test]
    fn bounds_hold() {
        let nested = |levels| format!("{}a{}", "(".repeat(levels), ")".repeat(levels));
        assert!(parse(&nested(MAX_DEPTH)).is_ok());
        assert_eq!(refusal(&nested(MAX_DEPTH + 1)), "column 33: a filter is nested at most 32 levels deep");
        assert!(parse(&format!("{}a", "-".repeat(MAX_DEPTH))).is_ok());
        assert!(parse(&format!("{}a", "NOT ".repeat(MAX_DEPTH + 1))).is_err());
        assert!(parse(&"a ".repeat(MAX_TERMS)).is_ok());
        assert_eq!(refusal(&"a ".repeat(MAX_TERMS + 1)), "column 513: a filter has at most 256 terms");
        assert!(parse(&"a".repeat(MAX_BYTES)).is_ok());
        assert_eq!(refusal(&"é".repeat(MAX_BYTES)), "column 2049: a filter has at most 4096 bytes");
    }
}
