//! Holds a filter against a resource's fields and gives each comparison its type.

use super::fields::{Field, Fields, Kind};
use super::filter::{Argument, Call, Comparator, Expr, FilterError, Literal, Member, Restriction, Subject};
use super::lexer::quote;
use super::pattern::TextPattern;
use crate::ids::OrganizationId;
use crate::time::Time;

/// A filter in which every name is known and every value has its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolved {
    /// All of them; true if there are none.
    And(Vec<Self>),
    /// Any of them; false if there are none.
    Or(Vec<Self>),
    /// Not that.
    Not(Box<Self>),
    /// One comparison. What it means for a field without a value stands in the
    /// [module](crate::listing)'s documentation.
    Compare {
        /// The field, as the table of fields names it.
        field: &'static str,
        /// The key, for a [`Kind::Map`]. Without one, [`Value::Present`] asks for any key.
        key: Option<String>,
        /// How. [`Comparator::Has`] comes with [`Value::Present`] and with nothing else: `:` on text is
        /// an `=` with a pattern that has wildcards around it, and on other kinds it is an `=`.
        comparator: Comparator,
        /// With what.
        value: Value,
    },
}

/// A value of the type that its field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Text. With `<`, `<=`, `>` and `>=` there is no wildcard in it.
    Text {
        /// The whole text, already folded if `folded`.
        pattern: TextPattern,
        /// Whether the field's text is to be folded before it is compared.
        folded: bool,
    },
    /// A moment.
    Time(Time),
    /// A whole number, or for [`Kind::Duration`] microseconds.
    Number(i64),
    /// A truth value.
    Bool(bool),
    /// One of the names that the field allows, as its table writes it.
    Enumeration(&'static str),
    /// A TypeID of the field's prefix, well formed; or `root` where an organization's is wanted.
    Id(String),
    /// Any value at all.
    Present,
}

/// Types `expr` by the fields of a resource. What they do not hold is refused.
pub fn resolve(expr: &Expr, fields: &Fields) -> Result<Resolved, FilterError> {
    let all = |parts: &[Expr]| parts.iter().map(|part| resolve(part, fields)).collect::<Result<Vec<_>, _>>();
    match expr {
        Expr::And(parts) => all(parts).map(Resolved::And),
        Expr::Or(parts) => all(parts).map(Resolved::Or),
        Expr::Not(inner) => Ok(Resolved::Not(Box::new(resolve(inner, fields)?))),
        Expr::Literal(literal) => search(literal, fields),
        Expr::Call(call) => Err(no_function(call)),
        Expr::Restriction(restriction) => restricted(restriction, fields),
    }
}

/// A field that a filter names, and where it does so.
struct Target {
    field: &'static Field,
    key: Option<String>,
    column: usize,
}

fn search(literal: &Literal, fields: &Fields) -> Result<Resolved, FilterError> {
    let Some(field) = fields.search() else {
        let detail = format!("a value alone cannot be searched for here; name a field: {}", fields.listed());
        return Err(FilterError::at(literal.column, detail));
    };
    Target { field, key: None, column: literal.column }.compare(Comparator::Has, literal)
}

fn no_function(call: &Call) -> FilterError {
    FilterError::at(
        call.column,
        format!("there is no function {}; filters here have none", quote(&call.name)),
    )
}

fn restricted(restriction: &Restriction, fields: &Fields) -> Result<Resolved, FilterError> {
    match &restriction.subject {
        Subject::Member(member) => {
            locate(member, fields)?.argument(restriction.comparator, &restriction.argument)
        }
        Subject::Call(call) => Err(no_function(call)),
    }
}

fn locate(member: &Member, fields: &Fields) -> Result<Target, FilterError> {
    let (column, name) = (member.column, member.path.join("."));
    if let Some(field) = fields.named(&name) {
        return Ok(Target { field, key: None, column });
    }
    if let Some((field, key)) = fields.key(&name) {
        return Ok(Target { field, key: Some(key.to_owned()), column });
    }
    let detail = match member.path.first().and_then(|first| fields.named(first)) {
        Some(field) => format!("field '{}' has no parts", field.name),
        None => format!("unknown field {}; fields are {}", quote(&name), fields.listed()),
    };
    Err(FilterError::at(column, detail))
}

impl Target {
    fn argument(&self, comparator: Comparator, argument: &Argument) -> Result<Resolved, FilterError> {
        match argument {
            Argument::Literal(literal) => self.compare(comparator, literal),
            Argument::Call(call) => Err(no_function(call)),
            // `!=` is "not =" for a group as it is for a value: none of them, not "one is another".
            Argument::Group(group) if comparator == Comparator::NotEqual => {
                Ok(Resolved::Not(Box::new(self.group(Comparator::Equal, group)?)))
            }
            Argument::Group(group) => self.group(comparator, group),
        }
    }

    /// Compares with each value of a group; the logic between them stays.
    fn group(&self, comparator: Comparator, group: &Expr) -> Result<Resolved, FilterError> {
        let all =
            |parts: &[Expr]| parts.iter().map(|part| self.group(comparator, part)).collect::<Result<_, _>>();
        match group {
            Expr::And(parts) => all(parts).map(Resolved::And),
            Expr::Or(parts) => all(parts).map(Resolved::Or),
            Expr::Not(inner) => Ok(Resolved::Not(Box::new(self.group(comparator, inner)?))),
            Expr::Literal(literal) => self.compare(comparator, literal),
            Expr::Call(call) => Err(no_function(call)),
            Expr::Restriction(_) => Err(self.error("a comparison's parentheses hold values only")),
        }
    }

    fn compare(&self, comparator: Comparator, literal: &Literal) -> Result<Resolved, FilterError> {
        if comparator == Comparator::Has && literal.pattern.is_any() {
            return Ok(self.present(self.key.clone()));
        }
        self.check(comparator)?;
        let equality = if comparator == Comparator::Has { Comparator::Equal } else { comparator };
        let value = match self.field.kind {
            Kind::Map if self.key.is_none() => return self.has_key(comparator, literal),
            Kind::Text | Kind::Map => self.text(comparator, literal, false)?,
            Kind::TextFolded => self.text(comparator, literal, true)?,
            Kind::Search => self.text(Comparator::Has, literal, true)?,
            kind => scalar(kind, self.plain(literal)?).map_err(|what| self.mismatch(literal, &what))?,
        };
        Ok(self.compared(self.key.clone(), equality, value))
    }

    fn compared(&self, key: Option<String>, comparator: Comparator, value: Value) -> Resolved {
        Resolved::Compare { field: self.field.name, key, comparator, value }
    }

    fn present(&self, key: Option<String>) -> Resolved {
        self.compared(key, Comparator::Has, Value::Present)
    }

    /// `labels:env`, the only thing to ask of a map itself.
    fn has_key(&self, comparator: Comparator, literal: &Literal) -> Result<Resolved, FilterError> {
        let name = self.field.name;
        if comparator != Comparator::Has {
            return Err(self.error(format!("field '{name}' is compared by key: {name}.<key>")));
        }
        match self.plain(literal)? {
            "" => Err(FilterError::at(literal.column, format!("a key of '{name}' is not empty"))),
            key => Ok(self.present(Some(key.to_owned()))),
        }
    }

    fn text(&self, comparator: Comparator, literal: &Literal, folded: bool) -> Result<Value, FilterError> {
        let pattern = match comparator {
            Comparator::Has => literal.pattern.folded().contained(),
            Comparator::Equal | Comparator::NotEqual if folded => literal.pattern.folded(),
            Comparator::Equal | Comparator::NotEqual => literal.pattern.clone(),
            _ if folded => TextPattern::exactly(self.plain(literal)?).folded(),
            _ => TextPattern::exactly(self.plain(literal)?),
        };
        Ok(Value::Text { pattern, folded: folded || comparator == Comparator::Has })
    }

    /// The value's text, where a wildcard has no meaning.
    fn plain<'a>(&self, literal: &'a Literal) -> Result<&'a str, FilterError> {
        let detail = || format!("'*' has no meaning in this comparison of '{}'", self.field.name);
        literal.pattern.literal().ok_or_else(|| FilterError::at(literal.column, detail()))
    }

    /// Whether the field's kind takes this comparator.
    fn check(&self, comparator: Comparator) -> Result<(), FilterError> {
        use Comparator::{Equal, Has, NotEqual};
        let allowed = match self.field.kind {
            Kind::Bool | Kind::Enumeration(_) | Kind::Id(_) => [Equal, NotEqual, Has].as_slice(),
            Kind::Search => [Equal, Has].as_slice(),
            Kind::Text | Kind::TextFolded | Kind::Map | Kind::Time | Kind::Duration | Kind::Number => {
                return Ok(());
            }
        };
        if allowed.contains(&comparator) {
            return Ok(());
        }
        let symbols: Vec<_> = allowed.iter().map(|comparator| comparator.symbol()).collect();
        let name = self.field.name;
        Err(self.error(format!("field '{name}' does not take '{comparator}', only {}", symbols.join(" "))))
    }

    fn error(&self, detail: impl Into<String>) -> FilterError {
        FilterError::at(self.column, detail)
    }

    fn mismatch(&self, literal: &Literal, what: &str) -> FilterError {
        let text = quote(literal.pattern.literal().unwrap_or_default());
        FilterError::at(literal.column, format!("{text} is not a value of '{}': {what}", self.field.name))
    }
}

/// Reads the value of a kind that is not text, or says what it should be.
fn scalar(kind: Kind, text: &str) -> Result<Value, String> {
    match kind {
        Kind::Time => Time::parse(text)
            .map(Value::Time)
            .ok_or_else(|| "it takes an RFC 3339 time such as 2026-01-31T12:00:00Z".to_owned()),
        Kind::Duration => duration(text)
            .map(Value::Number)
            .ok_or_else(|| "it takes seconds such as 20s or 1.5s, to the microsecond".to_owned()),
        Kind::Number => text.parse().map(Value::Number).map_err(|_| "it takes a whole number".to_owned()),
        Kind::Bool => text.parse().map(Value::Bool).map_err(|_| "it takes true or false".to_owned()),
        Kind::Enumeration(names) => enumeration(names, text),
        Kind::Id(prefix) => id(prefix, text),
        Kind::Text | Kind::TextFolded | Kind::Map | Kind::Search => {
            Ok(Value::Text { pattern: TextPattern::exactly(text), folded: false })
        }
    }
}

fn enumeration(names: &'static [&'static str], text: &str) -> Result<Value, String> {
    let found = names.iter().find(|name| name.eq_ignore_ascii_case(text));
    found.map(|name| Value::Enumeration(name)).ok_or_else(|| format!("it is one of {}", names.join(", ")))
}

fn id(prefix: &str, text: &str) -> Result<Value, String> {
    // The root organization's id has a name of its own.
    let is_root = prefix == OrganizationId::PREFIX && text == "root";
    // What follows the prefix is the same for every kind of id, so one kind can read it for all.
    let well_formed =
        |suffix| format!("{}_{suffix}", OrganizationId::PREFIX).parse::<OrganizationId>().is_ok();
    let suffix = text.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_'));
    if is_root || suffix.is_some_and(well_formed) {
        return Ok(Value::Id(text.to_owned()));
    }
    Err(format!("it takes an id of the form {prefix}_<26 characters>"))
}

/// `-1.5s` in microseconds.
fn duration(text: &str) -> Option<i64> {
    let number = text.strip_suffix('s')?;
    let (sign, number) = number.strip_prefix('-').map_or((1, number), |rest| (-1, rest));
    let (whole, fraction) =
        number.split_once('.').map_or((number, None), |(whole, rest)| (whole, Some(rest)));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || fraction.is_some_and(|fraction| !digits(fraction) || fraction.len() > 6) {
        return None;
    }
    let micros: i64 = format!("{:0<6}", fraction.unwrap_or_default()).parse().ok()?;
    whole.parse::<i64>().ok()?.checked_mul(1_000_000)?.checked_add(micros)?.checked_mul(sign)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listing::{Piece, read_filter};

    const FIELDS: Fields = Fields::new(&[
        Field::new("title", Kind::Text),
        Field::new("owner.email", Kind::TextFolded),
        Field::new("state", Kind::Enumeration(&["ACTIVE", "SUSPENDED"])),
        Field::new("create_time", Kind::Time),
        Field::new("lifetime", Kind::Duration),
        Field::new("seats", Kind::Number),
        Field::new("sealed", Kind::Bool),
        Field::new("parent", Kind::Id("org")),
        Field::new("labels", Kind::Map),
        Field::new("search", Kind::Search),
    ]);

    fn resolved(text: &str) -> Resolved {
        read_filter(text, &FIELDS).unwrap().unwrap()
    }

    fn refusal(text: &str) -> String {
        read_filter(text, &FIELDS).unwrap_err().to_string()
    }

    fn compare(field: &'static str, comparator: Comparator, value: Value) -> Resolved {
        Resolved::Compare { field, key: None, comparator, value }
    }

    fn pattern(text: &str) -> TextPattern {
        let piece =
            |character| if character == '*' { Piece::Any } else { Piece::Literal(String::from(character)) };
        text.chars().map(piece).collect()
    }

    #[test]
    fn equality_on_text_keeps_case_and_has_drops_it() {
        let text = |text, folded| Value::Text { pattern: pattern(text), folded };
        let cases = [
            ("title = Ab*", compare("title", Comparator::Equal, text("Ab*", false))),
            ("title:Ab*c", compare("title", Comparator::Equal, text("*ab*c*", true))),
            ("title < Ab", compare("title", Comparator::Less, text("Ab", false))),
            ("owner.email != A@B.C", compare("owner.email", Comparator::NotEqual, text("a@b.c", true))),
            ("owner.email >= A", compare("owner.email", Comparator::GreaterOrEqual, text("a", true))),
            ("Ab", compare("search", Comparator::Equal, text("*ab*", true))),
            ("search = Ab", compare("search", Comparator::Equal, text("*ab*", true))),
        ];
        for (filter, expected) in cases {
            assert_eq!(resolved(filter), expected, "{filter}");
        }
    }

    #[test]
    fn values_take_the_type_of_their_field() {
        let noon = Time::parse("2026-01-31T12:00:00Z").unwrap();
        let root = "org_00000000000000000000000000";
        let cases = [
            (
                "create_time > 2026-01-31T13:00:00+01:00",
                Comparator::Greater,
                "create_time",
                Value::Time(noon),
            ),
            ("lifetime <= 1.5s", Comparator::LessOrEqual, "lifetime", Value::Number(1_500_000)),
            ("lifetime = -0.000001s", Comparator::Equal, "lifetime", Value::Number(-1)),
            ("seats : -3", Comparator::Equal, "seats", Value::Number(-3)),
            ("sealed != 'true'", Comparator::NotEqual, "sealed", Value::Bool(true)),
            ("state:active", Comparator::Equal, "state", Value::Enumeration("ACTIVE")),
            ("parent = root", Comparator::Equal, "parent", Value::Id("root".to_owned())),
            (&format!("parent:{root}"), Comparator::Equal, "parent", Value::Id(root.to_owned())),
            ("create_time:*", Comparator::Has, "create_time", Value::Present),
            ("title:'*'", Comparator::Has, "title", Value::Present),
            ("labels:*", Comparator::Has, "labels", Value::Present),
        ];
        for (filter, comparator, field, value) in cases {
            assert_eq!(resolved(filter), compare(field, comparator, value), "{filter}");
        }
    }

    #[test]
    fn maps_are_asked_by_key() {
        let key = |key: &str, comparator, value| Resolved::Compare {
            field: "labels",
            key: Some(key.to_owned()),
            comparator,
            value,
        };
        let text = Value::Text { pattern: pattern("Prod"), folded: false };
        assert_eq!(resolved("labels.env = Prod"), key("env", Comparator::Equal, text.clone()));
        assert_eq!(resolved("labels.a.b = Prod"), key("a.b", Comparator::Equal, text.clone()));
        assert_eq!(resolved("labels.'my key' = Prod"), key("my key", Comparator::Equal, text));
        assert_eq!(resolved("labels:env"), key("env", Comparator::Has, Value::Present));
        assert_eq!(resolved("labels.env:*"), key("env", Comparator::Has, Value::Present));
        assert_eq!(refusal("labels = env"), "column 1: field 'labels' is compared by key: labels.<key>");
        assert_eq!(refusal("labels:''"), "column 8: a key of 'labels' is not empty");
    }

    #[test]
    fn a_comparator_reaches_into_parentheses() {
        assert_eq!(resolved("seats = (1 OR 2 AND NOT 3)"), resolved("(seats=1 OR seats=2) AND NOT seats=3"));
        assert_eq!(resolved("seats != (1 OR 2)"), resolved("NOT (seats=1 OR seats=2)"));
        assert_eq!(resolved("labels:(a b)"), resolved("labels:a AND labels:b"));
    }

    #[test]
    fn what_does_not_fit_is_refused_in_clear_words() {
        let cases = [
            (
                "title = a AND foo = 1",
                "column 15: unknown field 'foo'; fields are title, owner.email, state, create_time, lifetime, seats, sealed, parent, labels.<key>, search",
            ),
            ("title.x = 1", "column 1: field 'title' has no parts"),
            ("state = GONE", "column 9: 'GONE' is not a value of 'state': it is one of ACTIVE, SUSPENDED"),
            ("state < ACTIVE", "column 1: field 'state' does not take '<', only = != :"),
            ("search != a", "column 1: field 'search' does not take '!=', only = :"),
            ("state = A*", "column 9: '*' has no meaning in this comparison of 'state'"),
            ("title > A*", "column 9: '*' has no meaning in this comparison of 'title'"),
            (
                "create_time > yesterday",
                "column 15: 'yesterday' is not a value of 'create_time': it takes an RFC 3339 time such as 2026-01-31T12:00:00Z",
            ),
            (
                "lifetime > 1.0000001s",
                "column 12: '1.0000001s' is not a value of 'lifetime': it takes seconds such as 20s or 1.5s, to the microsecond",
            ),
            (
                "seats = 9223372036854775808",
                "column 9: '9223372036854775808' is not a value of 'seats': it takes a whole number",
            ),
            ("sealed = TRUE", "column 10: 'TRUE' is not a value of 'sealed': it takes true or false"),
            (
                "parent = user_00000000000000000000000000",
                "column 10: 'user_00000000000000000000000000' is not a value of 'parent': it takes an id of the form org_<26 characters>",
            ),
            ("title = now()", "column 9: there is no function 'now'; filters here have none"),
            ("regex(title, 'a')", "column 1: there is no function 'regex'; filters here have none"),
        ];
        for (filter, expected) in cases {
            assert_eq!(refusal(filter), expected);
        }
    }

    #[test]
    fn a_value_alone_needs_a_search_field() {
        const NONE: Fields = Fields::new(&[Field::new("title", Kind::Text)]);
        let refused = read_filter("Sales", &NONE).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "column 1: a value alone cannot be searched for here; name a field: title"
        );
    }

    #[test]
    fn no_length_of_time_overflows() {
        assert_eq!(duration("9223372036854s"), Some(9_223_372_036_854_000_000));
        for text in ["9223372036855s", "s", ".5s", "1.s", "1", "--1s", "+1s", "1e3s"] {
            assert_eq!(duration(text), None, "{text}");
        }
    }
}
