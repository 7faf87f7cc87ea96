//! A saved web page reduced to its article.
//!
//! One pass over the tokens of the page, no tree: text is gathered in blocks (paragraphs, headings,
//! list items), each with the share of it that stands in links and the part of the page it stands
//! in. Blocks of the article are told from menus, teasers and comments by shallow features (text
//! length, link density, container), after Kohlschütter, Fankhauser and Nejdl, "Boilerplate
//! Detection using Shallow Text Features" (WSDM 2010). Title, date, language and source come from
//! the metadata that news sites publish for search engines. Nothing is ever executed or fetched.

use std::cell::RefCell;

use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, EndTag, StartTag, Tag, TagToken, Token, TokenSink, TokenSinkResult, Tokenizer};
use jiff::civil::Date;

use crate::text::Lang;

use super::Document;

/// Deepest nesting that is followed; a page of a million open tags is still one pass.
const DEPTH_MAX: usize = 512;

/// A block with a larger share of its letters in links is a menu or a list of teasers.
const LINK_DENSITY_MAX: f64 = 0.5;

/// A paragraph outside any article container must be this long to count as running text.
const LOOSE_PARAGRAPH_CHARS_MIN: usize = 60;

/// Whether the text is a web page and not a plain report that happens to hold a `<`.
pub fn is_html(text: &str) -> bool {
    let head: String = text.trim_start().chars().take(512).collect::<String>().to_ascii_lowercase();
    head.starts_with("<!doctype html")
        || head.starts_with("<html")
        || (head.starts_with('<') && (head.contains("<head") || head.contains("<body") || head.contains("<article")))
}

/// The article of a page, with what its metadata say. Fields that the page does not tell stay empty.
pub fn read(page: &str) -> Document {
    tokenize(page).finish()
}

/// The words of a piece of a page, however few, without scripts and menus.
pub fn words(piece: &str) -> String {
    let mut state = tokenize(piece);
    state.flush();
    let blocks: Vec<&str> = state.blocks.iter().filter(|block| !block.boilerplate).map(|block| block.text.as_str()).collect();
    blocks.join("\n\n")
}

fn tokenize(page: &str) -> State {
    let tokenizer = Tokenizer::new(Reader::default(), Default::default());
    let input = BufferQueue::default();
    input.push_back(page.into());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.state.into_inner()
}

/// Receives the tokens of the page; the state is behind a cell because the tokenizer lends the sink
/// out shared.
#[derive(Default)]
struct Reader {
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    open: Vec<Open>,
    blocks: Vec<Block>,
    current: Block,
    meta: Meta,
    capture: Option<Capture>,
    articles: usize,
}

/// One open element, as far as it matters.
struct Open {
    name: String,
    boilerplate: bool,
    link: bool,
    article: Option<usize>,
}

#[derive(Default, Clone)]
struct Block {
    text: String,
    link_chars: usize,
    boilerplate: bool,
    heading: bool,
    article: Option<usize>,
}

#[derive(Default)]
struct Meta {
    title: Option<String>,
    page_title: String,
    heading: String,
    published: Option<Date>,
    lang: Option<Lang>,
    site: Option<String>,
    url: Option<String>,
}

/// Text that is read for the metadata and not for the article.
#[derive(Clone, Copy, PartialEq)]
enum Capture {
    PageTitle,
    Json,
    Ignored,
}

impl TokenSink for Reader {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut state = self.state.borrow_mut();
        match token {
            TagToken(tag) if tag.kind == StartTag => return state.start(&tag),
            TagToken(tag) => state.end(&tag),
            Token::CharacterTokens(text) => state.text(&text),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl State {
    fn start(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name = tag.name.to_string();
        let attr = |wanted: &str| tag.attrs.iter().find(|a| &*a.name.local == wanted).map(|a| a.value.to_string());
        match name.as_str() {
            "script" => {
                let json = attr("type").is_some_and(|t| t.contains("ld+json"));
                self.capture = Some(if json { Capture::Json } else { Capture::Ignored });
                return TokenSinkResult::RawData(RawKind::ScriptData);
            }
            "style" | "noscript" | "iframe" | "noembed" | "noframes" | "xmp" => {
                self.capture = Some(Capture::Ignored);
                return TokenSinkResult::RawData(RawKind::Rawtext);
            }
            "title" | "textarea" => {
                self.capture = Some(if name == "title" { Capture::PageTitle } else { Capture::Ignored });
                return TokenSinkResult::RawData(RawKind::Rcdata);
            }
            "html" => self.meta.lang = attr("lang").and_then(|tag| Lang::parse(&tag)),
            "meta" => self.meta.read(attr("property").or_else(|| attr("name")).or_else(|| attr("itemprop")), attr("content")),
            "link" if attr("rel").as_deref() == Some("canonical") => self.meta.url = attr("href"),
            "time" => self.meta.date(attr("datetime")),
            "br" => self.flush(),
            _ => {}
        }
        if is_void(&name) || tag.self_closing {
            return TokenSinkResult::Continue;
        }
        if is_block(&name) {
            self.flush();
        }
        if self.open.len() < DEPTH_MAX {
            let parent = self.open.last();
            let label = [attr("class"), attr("id"), attr("role"), attr("itemprop")]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" ")
                .to_ascii_lowercase();
            let is_article =
                name == "article" || label.contains("articlebody") || label.contains("article-body") || label.contains("article__body");
            let inherited = parent.and_then(|p| p.article);
            let article = if is_article && inherited.is_none() {
                self.articles += 1;
                Some(self.articles)
            } else {
                inherited
            };
            let open = Open {
                boilerplate: parent.is_some_and(|p| p.boilerplate) || is_boilerplate(&name, &label),
                link: parent.is_some_and(|p| p.link) || name == "a",
                article,
                name,
            };
            self.open.push(open);
        }
        TokenSinkResult::Continue
    }

    fn end(&mut self, tag: &Tag) {
        debug_assert!(tag.kind == EndTag);
        let name = &*tag.name;
        self.capture = None;
        if is_block(name) {
            self.flush();
        }
        // Close what the page forgot to close, but never past an element that was not opened.
        if let Some(at) = self.open.iter().rposition(|open| open.name == name) {
            self.open.truncate(at);
        }
    }

    fn text(&mut self, text: &str) {
        match self.capture {
            Some(Capture::PageTitle) => self.meta.page_title.push_str(text),
            Some(Capture::Json) => self.meta.json_ld(text),
            Some(Capture::Ignored) => {}
            None => self.visible(text),
        }
    }

    fn visible(&mut self, text: &str) {
        let (boilerplate, link, article, heading) = self.open.last().map_or((false, false, None, false), |top| {
            (top.boilerplate, top.link, top.article, self.open.iter().rev().take(4).any(|o| matches!(o.name.as_str(), "h1" | "h2")))
        });
        let block = &mut self.current;
        block.boilerplate |= boilerplate;
        block.heading |= heading;
        block.article = block.article.or(article);
        for word in text.split_inclusive(char::is_whitespace) {
            let trimmed = word.trim_end();
            block.text.push_str(trimmed);
            if trimmed.len() < word.len() && !block.text.is_empty() && !block.text.ends_with(' ') {
                block.text.push(' ');
            }
            if link {
                block.link_chars += trimmed.chars().count();
            }
        }
        if self.open.iter().any(|o| o.name == "h1") && self.meta.heading.is_empty() {
            self.meta.heading = text.trim().to_owned();
        }
    }

    fn flush(&mut self) {
        let mut block = std::mem::take(&mut self.current);
        block.text.truncate(block.text.trim_end().len());
        if !block.text.is_empty() {
            self.blocks.push(block);
        }
    }

    fn finish(mut self) -> Document {
        self.flush();
        let title = self.meta.best_title();
        let article = self.main_article();
        let kept = self.blocks.iter().filter(|b| is_running_text(b, article));
        let paragraphs: Vec<&str> = kept.map(|b| b.text.as_str()).filter(|t| Some(*t) != title.as_deref()).collect();
        let text = title.iter().map(String::as_str).chain(paragraphs).collect::<Vec<_>>().join("\n\n");
        Document {
            text,
            title: None,
            published: self.meta.published,
            lang: self.meta.lang,
            source: self.meta.site,
            url: self.meta.url,
            ..Document::default()
        }
    }

    /// The article container that holds the most text outside links.
    fn main_article(&self) -> Option<usize> {
        let mut chars = vec![0usize; self.articles + 1];
        for block in self.blocks.iter().filter(|b| !b.boilerplate) {
            if let Some(article) = block.article {
                chars[article] += block.text.chars().count().saturating_sub(block.link_chars);
            }
        }
        let best = (1..=self.articles).max_by_key(|a| chars[*a])?;
        (chars[best] >= LOOSE_PARAGRAPH_CHARS_MIN).then_some(best)
    }
}

impl Meta {
    fn read(&mut self, name: Option<String>, content: Option<String>) {
        let (Some(name), Some(content)) = (name, content) else { return };
        match name.to_ascii_lowercase().as_str() {
            "og:title" | "twitter:title" | "headline" => {
                self.title.get_or_insert(content);
            }
            "og:site_name" | "application-name" | "publisher" => {
                self.site.get_or_insert(content);
            }
            "og:url" => {
                self.url.get_or_insert(content);
            }
            "article:published_time"
            | "datepublished"
            | "pubdate"
            | "publishdate"
            | "date"
            | "dc.date"
            | "dcterms.date"
            | "dc.date.issued"
            | "sailthru.date" => {
                self.date(Some(content));
            }
            _ => {}
        }
    }

    fn date(&mut self, text: Option<String>) {
        if self.published.is_none() {
            self.published = text.and_then(|t| day(&t));
        }
    }

    /// The publication date and headline in schema.org JSON-LD. Only these two string fields are
    /// looked for, wherever they stand, so that a page with broken JSON still tells its date.
    fn json_ld(&mut self, json: &str) {
        let field = |name: &str| {
            let after = &json[json.find(&format!("\"{name}\""))? + name.len() + 2..];
            let value = after.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
            value.split('"').next().map(str::to_owned)
        };
        self.date(field("datePublished"));
    }

    fn best_title(&self) -> Option<String> {
        let clean = |t: &str| t.split_whitespace().collect::<Vec<_>>().join(" ");
        let page_title = clean(&self.page_title);
        let candidates = [self.title.as_deref().map(clean), Some(clean(&self.heading)), Some(page_title)];
        candidates.into_iter().flatten().find(|t| !t.is_empty())
    }
}

/// The day at the start of an ISO 8601 time, or a compact one.
fn day(text: &str) -> Option<Date> {
    let text = text.trim();
    let head = text.get(..10).and_then(|d| d.parse().ok());
    head.or_else(|| {
        text.get(..8)
            .filter(|d| d.bytes().all(|b| b.is_ascii_digit()))
            .and_then(|d| format!("{}-{}-{}", &d[..4], &d[4..6], &d[6..]).parse().ok())
    })
}

fn is_running_text(block: &Block, article: Option<usize>) -> bool {
    let chars = block.text.chars().filter(|c| !c.is_whitespace()).count().max(1);
    let mostly_links = block.link_chars as f64 / chars as f64 > LINK_DENSITY_MAX;
    if block.boilerplate || mostly_links {
        return false;
    }
    match article {
        Some(article) => block.article == Some(article),
        None => block.heading || chars >= LOOSE_PARAGRAPH_CHARS_MIN,
    }
}

/// Elements that part one block of text from the next.
fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "section"
            | "article"
            | "main"
            | "header"
            | "footer"
            | "nav"
            | "aside"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "ul"
            | "ol"
            | "li"
            | "dl"
            | "dt"
            | "dd"
            | "table"
            | "tr"
            | "td"
            | "th"
            | "blockquote"
            | "figure"
            | "figcaption"
            | "form"
            | "pre"
            | "body"
            | "button"
            | "select"
            | "option"
    )
}

fn is_void(name: &str) -> bool {
    matches!(name, "area" | "base" | "br" | "col" | "embed" | "hr" | "img" | "input" | "link" | "meta" | "source" | "track" | "wbr")
}

/// Whether an element and all in it is furniture of the page.
fn is_boilerplate(name: &str, label: &str) -> bool {
    const NAMES: &[&str] = &["nav", "aside", "footer", "form", "figure", "figcaption", "button", "select", "svg", "template", "dialog"];
    const LABELS: &[&str] = &[
        "related",
        "recommend",
        "share",
        "social",
        "comment",
        "sidebar",
        "promo",
        "banner",
        "advert",
        "newsletter",
        "subscribe",
        "breadcrumb",
        "menu",
        "navigation",
        "footer",
        "popular",
        "latest",
        "most-read",
        "read-more",
        "readmore",
        "cookie",
        "tags",
        "pagination",
        "copyright",
        "widget",
        "teaser",
    ];
    NAMES.contains(&name) || (!matches!(name, "html" | "body" | "main" | "article") && LABELS.iter().any(|l| label.contains(l)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<!DOCTYPE html><html lang="ru"><head><title>Взрыв в Актау | Новости</title>
        <meta property="og:title" content="Взрыв в Актау"><meta property="og:site_name" content="Каспий">
        <script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2024-05-06T10:00:00+05:00"}</script></head>
        <body><nav><a href="/">Главная</a> <a href="/w">Мир</a></nav>
        <article><h1>Взрыв в Актау</h1><p>В Актау <b>прогремел</b> взрыв &amp; начался пожар. Погибли двое.</p>
        <div class="related-news"><p>Ранее: наводнение в Орске, жителей эвакуируют из домов</p></div>
        <p>Причины выясняются.<script>alert("x < y")</script></p></article>
        <footer>© 2024 Все права защищены, перепечатка без согласия редакции запрещена</footer></body></html>"#;

    #[test]
    fn the_article_its_date_language_and_source_are_read_and_the_furniture_is_not() {
        let document = read(PAGE);
        assert_eq!(document.text, "Взрыв в Актау\n\nВ Актау прогремел взрыв & начался пожар. Погибли двое.\n\nПричины выясняются.");
        assert_eq!(document.published, Some(jiff::civil::date(2024, 5, 6)));
        assert_eq!(document.lang, Some(Lang::RU));
        assert_eq!(document.source.as_deref(), Some("Каспий"));
    }

    #[test]
    fn a_page_without_article_element_keeps_its_long_paragraphs() {
        let page = "<html><body><ul><li><a href=x>World</a></li><li><a href=y>Sport</a></li></ul><div><p>Two people were killed when a bus overturned near Shymkent on Monday, police said.</p></div></body></html>";
        assert_eq!(read(page).text, "Two people were killed when a bus overturned near Shymkent on Monday, police said.");
    }

    #[test]
    fn a_report_that_holds_a_less_than_sign_is_no_page() {
        assert!(is_html(PAGE));
        assert!(!is_html("Magnitude < 5, no damage in Almaty"));
        assert!(!is_html("<3 Almaty"));
    }

    #[test]
    fn a_page_of_a_million_open_tags_is_one_pass() {
        let page = format!("<html><body>{}Almaty", "<div>".repeat(1_000_000));
        assert!(read(&page).text.is_empty() || read(&page).text == "Almaty");
    }
}
