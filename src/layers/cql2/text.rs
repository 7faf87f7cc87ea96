//! Reading the text encoding.

use super::value::Temporal;
use super::{Budget, Cql2Error, Node, Value, spatial};

/// Reads a whole expression.
pub fn parse(source: &str) -> Result<Node, Cql2Error> {
    let tokens = tokens(source)?;
    let mut parser = Parser { tokens, at: 0, budget: Budget::default() };
    let node = parser.or()?;
    match parser.peek() {
        None => Ok(node),
        Some(token) => Err(Cql2Error::new(format!("wanted the end of the expression, got {}", token.name()))),
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    /// A name without quotes: a property, keyword or function.
    Word(String),
    /// A name in double quotes: always a property.
    Quoted(String),
    Text(String),
    Number(f64),
    Sign(&'static str),
}

impl Token {
    fn name(&self) -> String {
        let text = match self {
            Self::Word(word) | Self::Quoted(word) => word.clone(),
            Self::Text(text) => format!("'{text}'"),
            Self::Number(number) => number.to_string(),
            Self::Sign(sign) => (*sign).to_owned(),
        };
        format!("{:?}", text.chars().take(40).collect::<String>())
    }
}

const SIGNS: &[&str] = &["<>", "<=", ">=", "=", "<", ">", "(", ")", ",", "+", "-", "*", "/", "%", "^"];

fn tokens(source: &str) -> Result<Vec<Token>, Cql2Error> {
    let mut tokens = Vec::new();
    let mut rest = source.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '\'' => quoted(rest, '\'').map(|(text, length)| (Token::Text(text), length))?,
            '"' => quoted(rest, '"').map(|(text, length)| (Token::Quoted(text), length))?,
            c if c.is_ascii_digit() || (c == '.' && rest[1..].starts_with(|d: char| d.is_ascii_digit())) => number(rest)?,
            c if c.is_alphabetic() || c == '_' => {
                let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | ':'))).unwrap_or(rest.len());
                (Token::Word(rest[..end].to_owned()), end)
            }
            c => {
                let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
                let sign = sign.ok_or_else(|| Cql2Error::new(format!("{c:?} means nothing here")))?;
                (Token::Sign(sign), sign.len())
            }
        };
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

/// Text between quotes, where a doubled quote is one, with its length in the source.
fn quoted(source: &str, quote: char) -> Result<(String, usize), Cql2Error> {
    let mut text = String::new();
    let mut chars = source.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            c if c == quote && chars.peek().is_some_and(|(_, next)| *next == quote) => {
                text.push(quote);
                chars.next();
            }
            c if c == quote => return Ok((text, at + 1)),
            c => text.push(c),
        }
    }
    Err(Cql2Error::new(format!("a {quote} is never closed")))
}

fn number(source: &str) -> Result<(Token, usize), Cql2Error> {
    let bytes = source.as_bytes();
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let mut end = digits(0);
    if bytes.get(end) == Some(&b'.') {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + sign);
        if exponent > end + 1 + sign {
            end = exponent;
        }
    }
    let number = source[..end].parse::<f64>().ok().filter(|number| number.is_finite());
    let number = number.ok_or_else(|| Cql2Error::new(format!("{:?} is no number", &source[..end.min(40)])))?;
    Ok((Token::Number(number), end))
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    budget: Budget,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Result<Token, Cql2Error> {
        let token = self.tokens.get(self.at).cloned().ok_or_else(|| Cql2Error::new("the expression ends too early"))?;
        self.at += 1;
        Ok(token)
    }

    fn is_sign(&self, sign: &str) -> bool {
        matches!(self.peek(), Some(Token::Sign(found)) if *found == sign)
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let found = self.is_sign(sign);
        self.at += usize::from(found);
        found
    }

    fn want_sign(&mut self, sign: &str) -> Result<(), Cql2Error> {
        if self.take_sign(sign) {
            return Ok(());
        }
        let came = self.peek().map_or_else(|| "the end".to_owned(), Token::name);
        Err(Cql2Error::new(format!("wanted {sign:?}, got {came}")))
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Token::Word(found)) if found.eq_ignore_ascii_case(word))
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        self.at += usize::from(found);
        found
    }

    fn want_word(&mut self, word: &str) -> Result<(), Cql2Error> {
        if self.take_word(word) {
            return Ok(());
        }
        let came = self.peek().map_or_else(|| "the end".to_owned(), Token::name);
        Err(Cql2Error::new(format!("wanted {word}, got {came}")))
    }

    fn or(&mut self) -> Result<Node, Cql2Error> {
        self.budget.enter()?;
        let mut terms = vec![self.and()?];
        while self.take_word("or") {
            terms.push(self.and()?);
        }
        self.budget.leave();
        Ok(many("or", terms))
    }

    fn and(&mut self) -> Result<Node, Cql2Error> {
        let mut terms = vec![self.not()?];
        while self.take_word("and") {
            terms.push(self.not()?);
        }
        Ok(many("and", terms))
    }

    fn not(&mut self) -> Result<Node, Cql2Error> {
        if !self.take_word("not") {
            return self.predicate();
        }
        self.budget.enter()?;
        let inner = self.not()?;
        self.budget.leave();
        Ok(Node::Call("not".to_owned(), vec![inner]))
    }

    fn predicate(&mut self) -> Result<Node, Cql2Error> {
        let left = self.sum()?;
        for sign in ["=", "<>", "<=", ">=", "<", ">"] {
            if self.take_sign(sign) {
                let right = self.sum()?;
                return Ok(Node::Call(sign.to_owned(), vec![left, right]));
            }
        }
        if self.take_word("is") {
            let negated = self.take_word("not");
            self.want_word("null")?;
            return Ok(negate(negated, Node::Call("isnull".to_owned(), vec![left])));
        }
        let negated = self.take_word("not");
        if self.take_word("like") {
            let pattern = self.sum()?;
            return Ok(negate(negated, Node::Call("like".to_owned(), vec![left, pattern])));
        }
        if self.take_word("between") {
            let low = self.sum()?;
            self.want_word("and")?;
            let high = self.sum()?;
            return Ok(negate(negated, Node::Call("between".to_owned(), vec![left, low, high])));
        }
        if self.take_word("in") {
            self.want_sign("(")?;
            let members = self.list()?;
            return Ok(negate(negated, Node::Call("in".to_owned(), vec![left, Node::Array(members)])));
        }
        if negated {
            return Err(Cql2Error::new("wanted LIKE, BETWEEN or IN after NOT"));
        }
        Ok(left)
    }

    fn sum(&mut self) -> Result<Node, Cql2Error> {
        let mut left = self.product()?;
        while let Some(Token::Sign(sign @ ("+" | "-"))) = self.peek().cloned() {
            self.at += 1;
            self.budget.node()?;
            left = Node::Call(sign.to_owned(), vec![left, self.product()?]);
            self.limit_chain(&left)?;
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Node, Cql2Error> {
        let mut left = self.power()?;
        loop {
            let operator = match self.peek() {
                Some(Token::Sign(sign @ ("*" | "/" | "%"))) => *sign,
                Some(Token::Word(word)) if word.eq_ignore_ascii_case("div") => "div",
                _ => return Ok(left),
            };
            self.at += 1;
            self.budget.node()?;
            left = Node::Call(operator.to_owned(), vec![left, self.power()?]);
            self.limit_chain(&left)?;
        }
    }

    /// A chain such as `1+1+1…` nests to the left without a bracket; what walks it later walks deep.
    fn limit_chain(&self, node: &Node) -> Result<(), Cql2Error> {
        let (mut node, mut depth) = (node, 0);
        while let Node::Call(_, arguments) = node {
            let Some(first) = arguments.first() else { break };
            depth += 1;
            node = first;
        }
        if depth > super::DEPTH_MAX {
            return Err(Cql2Error::new(format!("wanted at most {} operators in a row", super::DEPTH_MAX)));
        }
        Ok(())
    }

    fn power(&mut self) -> Result<Node, Cql2Error> {
        let base = self.unary()?;
        if !self.take_sign("^") {
            return Ok(base);
        }
        self.budget.enter()?;
        let exponent = self.power()?;
        self.budget.leave();
        Ok(Node::Call("^".to_owned(), vec![base, exponent]))
    }

    fn unary(&mut self) -> Result<Node, Cql2Error> {
        if self.take_sign("+") {
            return self.primary();
        }
        if !self.take_sign("-") {
            return self.primary();
        }
        match self.primary()? {
            Node::Literal(Value::Number(number)) => Ok(Node::Literal(Value::Number(-number))),
            other => Ok(Node::Call("*".to_owned(), vec![Node::Literal(Value::Number(-1.0)), other])),
        }
    }

    fn primary(&mut self) -> Result<Node, Cql2Error> {
        self.budget.node()?;
        match self.next()? {
            Token::Sign("(") => {
                let mut members = self.list()?;
                Ok(if members.len() == 1 { members.remove(0) } else { Node::Array(members) })
            }
            Token::Number(number) => Ok(Node::Literal(Value::Number(number))),
            Token::Text(text) => Ok(Node::Literal(Value::Text(text.into()))),
            Token::Quoted(name) => Ok(Node::Property(name)),
            Token::Word(word) => self.word(word),
            other => Err(Cql2Error::new(format!("wanted a property or value, got {}", other.name()))),
        }
    }

    fn word(&mut self, word: String) -> Result<Node, Cql2Error> {
        let lower = word.to_ascii_lowercase();
        match lower.as_str() {
            "true" => return Ok(Node::Literal(Value::Bool(true))),
            "false" => return Ok(Node::Literal(Value::Bool(false))),
            "and" | "or" | "not" | "in" | "like" | "between" | "is" | "null" | "div" => {
                return Err(Cql2Error::new(format!("wanted a property or value, got {word:?}")));
            }
            _ if spatial::is_geometry(&lower) => {
                let geometry = self.geometry(&lower)?;
                spatial::check(&geometry)?;
                return Ok(Node::Literal(Value::Geometry(std::borrow::Cow::Owned(geometry))));
            }
            _ => {}
        }
        if !self.take_sign("(") {
            return Ok(Node::Property(word));
        }
        let arguments = self.list()?;
        match (lower.as_str(), arguments.as_slice()) {
            ("date", [Node::Literal(Value::Text(text))]) => Ok(Node::Literal(Value::Time(Temporal::parse_date(text)?))),
            ("timestamp", [Node::Literal(Value::Text(text))]) => Ok(Node::Literal(Value::Time(Temporal::parse_timestamp(text)?))),
            ("date" | "timestamp", _) => Err(Cql2Error::new(format!("wanted {lower}('…')"))),
            ("bbox", numbers) => {
                let numbers: Option<Vec<f64>> =
                    numbers.iter().map(|n| if let Node::Literal(Value::Number(n)) = n { Some(*n) } else { None }).collect();
                let geometry = spatial::bbox(&numbers.unwrap_or_default())?;
                Ok(Node::Literal(Value::Geometry(std::borrow::Cow::Owned(geometry))))
            }
            _ => Ok(Node::Call(lower, arguments)),
        }
    }

    /// Expressions up to the closing bracket.
    fn list(&mut self) -> Result<Vec<Node>, Cql2Error> {
        if self.take_sign(")") {
            return Ok(Vec::new());
        }
        let mut members = vec![self.or()?];
        while self.take_sign(",") {
            members.push(self.or()?);
        }
        self.want_sign(")")?;
        Ok(members)
    }

    fn geometry(&mut self, kind: &str) -> Result<geo::Geometry, Cql2Error> {
        use geo::{Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};
        self.budget.enter()?;
        let _ = self.take_word("z");
        self.want_sign("(")?;
        let geometry = match kind {
            "point" => {
                let point = self.coordinate()?;
                self.want_sign(")")?;
                Geometry::Point(Point(point))
            }
            "linestring" => Geometry::LineString(LineString(self.coordinates()?)),
            "polygon" => Geometry::Polygon(self.polygon()?),
            "multipoint" => {
                let point = |parser: &mut Self| {
                    let bracketed = parser.take_sign("(");
                    let point = parser.coordinate()?;
                    if bracketed {
                        parser.want_sign(")")?;
                    }
                    Ok(Point(point))
                };
                Geometry::MultiPoint(MultiPoint(self.members(point)?))
            }
            "multilinestring" => {
                let line = |parser: &mut Self| {
                    parser.want_sign("(")?;
                    parser.coordinates().map(LineString)
                };
                Geometry::MultiLineString(MultiLineString(self.members(line)?))
            }
            "multipolygon" => {
                let polygon = |parser: &mut Self| -> Result<Polygon, Cql2Error> {
                    parser.want_sign("(")?;
                    parser.polygon()
                };
                Geometry::MultiPolygon(MultiPolygon(self.members(polygon)?))
            }
            _ => {
                let member = |parser: &mut Self| match parser.next()? {
                    Token::Word(word) if spatial::is_geometry(&word.to_ascii_lowercase()) => parser.geometry(&word.to_ascii_lowercase()),
                    other => Err(Cql2Error::new(format!("wanted a geometry, got {}", other.name()))),
                };
                Geometry::GeometryCollection(GeometryCollection(self.members(member)?))
            }
        };
        self.budget.leave();
        Ok(geometry)
    }

    /// What is separated by commas, up to the closing bracket.
    fn members<T>(&mut self, one: impl Fn(&mut Self) -> Result<T, Cql2Error>) -> Result<Vec<T>, Cql2Error> {
        let mut members = vec![one(self)?];
        while self.take_sign(",") {
            members.push(one(self)?);
        }
        self.want_sign(")")?;
        Ok(members)
    }

    fn coordinates(&mut self) -> Result<Vec<geo::Coord>, Cql2Error> {
        self.members(Self::coordinate)
    }

    fn polygon(&mut self) -> Result<geo::Polygon, Cql2Error> {
        let ring = |parser: &mut Self| {
            parser.want_sign("(")?;
            parser.coordinates()
        };
        spatial::polygon(self.members(ring)?)
    }

    fn coordinate(&mut self) -> Result<geo::Coord, Cql2Error> {
        let (x, y) = (self.signed()?, self.signed()?);
        if matches!(self.peek(), Some(Token::Number(_))) || self.is_sign("-") || self.is_sign("+") {
            // A height, which nothing here uses.
            self.signed()?;
        }
        Ok(geo::Coord { x, y })
    }

    fn signed(&mut self) -> Result<f64, Cql2Error> {
        let negative = self.take_sign("-");
        if !negative {
            self.take_sign("+");
        }
        match self.next()? {
            Token::Number(number) => Ok(if negative { -number } else { number }),
            other => Err(Cql2Error::new(format!("wanted a coordinate, got {}", other.name()))),
        }
    }
}

fn many(operator: &str, mut terms: Vec<Node>) -> Node {
    if terms.len() == 1 { terms.remove(0) } else { Node::Call(operator.to_owned(), terms) }
}

fn negate(negated: bool, node: Node) -> Node {
    if negated { Node::Call("not".to_owned(), vec![node]) } else { node }
}
