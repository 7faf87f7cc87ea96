//! From a text with resolved places to incidents: reads the sentences, gathers drafts, writes them
//! out with their evidence.

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use crate::text::{Role, Span, Text};

use super::calendar::days_between;
use super::drafts::{Draft, Gatherer};
use super::scene::Reading;
use super::site::Site;
use super::status::out_of_news;
use super::time::When;
use super::{Count, DateSpan, Incident, Mark, MarkKind, PlaceSource, Status, TAXONOMY, Where, actors, attribution, confidence, triggers};

/// What is known of the document beside its text.
#[derive(Debug, Clone, Copy, Default)]
pub struct Source<'a> {
    /// Identifier of the document.
    pub doc_id: &'a str,
    /// Day of publication.
    pub published: Option<Date>,
    /// Outlet or agency.
    pub name: Option<&'a str>,
    /// Address.
    pub url: Option<&'a str>,
}

/// What the extraction found, and what it left out.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Extraction {
    /// The incidents, those told as having happened first, each lot in the order of the text.
    pub incidents: Vec<Incident>,
    /// What was left out and why, for `--explain`.
    pub rejected: Vec<String>,
}

/// Works out the incidents of a text. Empty when its language has no tables.
pub fn extract(source: &Source<'_>, text: &Text<'_>, sites: &[Site]) -> Extraction {
    let Some(reading) = Reading::new(text, sites, source.published) else { return Extraction::default() };
    let gatherer = Gatherer::gather(&reading.marks, sites, &reading.scenes, source.published);
    let writer = Writer { source, text, sites, reading: &reading };
    let mut incidents: Vec<Incident> = gatherer.drafts.iter().map(|d| writer.incident(d)).collect();
    incidents.sort_by_key(|i| i.evidence.first().map(|e| e.start));
    mark_overlaps(&mut incidents);
    let mut others: Vec<Incident> = gatherer.others.iter().map(|d| writer.incident(d)).collect();
    others.sort_by_key(|i| i.evidence.first().map(|e| e.start));
    incidents.append(&mut others);
    let mut rejected = gatherer.rejected;
    for scene in &reading.scenes {
        for (site, reason) in &scene.places.rejected {
            rejected.push(format!("{}: {reason}", text.slice(sites[*site].span)));
        }
    }
    Extraction { incidents, rejected }
}

struct Writer<'a> {
    source: &'a Source<'a>,
    text: &'a Text<'a>,
    sites: &'a [Site],
    reading: &'a Reading<'a>,
}

impl Writer<'_> {
    fn incident(&self, draft: &Draft) -> Incident {
        let event_type = draft.event_type();
        let place = self.place(draft);
        let date = self.date(draft);
        let evidence = self.evidence(draft);
        let shown = self.shown_sentence(draft);
        let evidence_text = self.text.slice(self.text.sentences[shown].span).to_owned();
        let attribution = draft.sentences.iter().find_map(|&s| attribution::find(&self.reading.marks, &self.reading.scenes[s]));
        let parts = confidence::parts(draft, self.sites);
        let mut incident = Incident {
            id: String::new(),
            doc_id: self.source.doc_id.to_owned(),
            event_type: event_type.to_owned(),
            status: draft.status,
            title: title(event_type, place.as_ref()),
            flags: flags(draft, self.sites, place.as_ref(), date.as_ref()),
            place,
            date,
            published: self.source.published,
            counts: self.counts(draft),
            actors: actors::find(&self.reading.marks, draft.sentences.iter().map(|&s| &self.reading.scenes[s])),
            attribution,
            source_name: self.source.name.map(str::to_owned),
            source_url: self.source.url.map(str::to_owned),
            source_lang: self.text.lang,
            marks: self.marks(draft, shown),
            evidence,
            evidence_text,
            confidence: confidence::whole(parts),
            confidence_parts: parts,
            overlaps: Vec::new(),
            explain: self.explain(draft),
        };
        incident.id = identify(&incident);
        incident
    }

    fn place(&self, draft: &Draft) -> Option<Where> {
        let link = draft.place.as_ref()?;
        let site = &self.sites[link.site];
        let geo_precision = match site.fineness() {
            3 if link.near => 2,
            3 => 1,
            2 => 2,
            _ => 3,
        };
        let mentions = if link.source == PlaceSource::Mention {
            let named = link.mentions.iter().filter(|&&m| self.sites[m].same(site)).map(|&m| self.sites[m].span);
            let mut spans: Vec<Span> = named.chain([site.span]).collect();
            spans.sort_by_key(|s| s.start);
            spans.dedup();
            spans
        } else {
            Vec::new()
        };
        Some(Where {
            name: site.name.clone(),
            text: self.text.slice(site.span).to_owned(),
            mentions,
            position: site.position,
            country: site.country,
            country_name: site.country_name.clone(),
            admin1: site.admin1.clone(),
            geonameid: site.geonameid,
            feature: site.feature.clone(),
            geo_precision,
            source: link.source,
            uncertainty_km: if link.near { site.uncertainty_km.max(20.0) } else { site.uncertainty_km },
            candidates: site.candidates.clone(),
        })
    }

    fn date(&self, draft: &Draft) -> Option<DateSpan> {
        let (interval, span) = draft.time?;
        Some(DateSpan {
            start: interval.start,
            end: interval.end,
            text: span.map(|s| self.text.slice(s).to_owned()),
            precision: interval.precision,
        })
    }

    /// The sentences that tell of it, in order.
    fn evidence(&self, draft: &Draft) -> Vec<Span> {
        let mut sentences = draft.sentences.clone();
        sentences.sort_unstable();
        sentences.dedup();
        sentences.into_iter().map(|s| self.text.sentences[s].span).collect()
    }

    /// The sentence to show: the first of the body with a trigger, else the first.
    fn shown_sentence(&self, draft: &Draft) -> usize {
        let of_body = |s: &usize| self.text.sentences[*s].role == Role::Body;
        let told = draft.votes.iter().map(|v| v.sentence).find(of_body);
        told.or_else(|| draft.sentences.iter().copied().find(of_body)).or(draft.sentences.first().copied()).unwrap_or(0)
    }

    fn counts(&self, draft: &Draft) -> Vec<Count> {
        let counts = draft.counts.values().map(|bound| Count {
            field: bound.field,
            value: bound.value,
            qualifier: bound.qualifier,
            text: self.text.slice(bound.span).to_owned(),
            span: bound.span,
        });
        counts.collect()
    }

    /// Place, trigger, date and counts inside the sentence that is shown.
    fn marks(&self, draft: &Draft, shown: usize) -> Vec<Mark> {
        let sentence = self.text.sentences[shown].span;
        let mut spans: Vec<(Span, MarkKind)> = Vec::new();
        if let Some(link) = &draft.place
            && link.source == PlaceSource::Mention
        {
            let site = &self.sites[link.site];
            spans.extend(self.sites.iter().filter(|s| s.same(site)).map(|s| (s.span, MarkKind::Place)));
        }
        for vote in draft.votes.iter().filter(|v| v.sentence == shown) {
            spans.push((self.text.span_over(&vote.tokens), MarkKind::Trigger));
        }
        spans.extend(draft.time.and_then(|t| t.1).map(|span| (span, MarkKind::Date)));
        spans.extend(draft.counts.values().map(|c| (c.span, MarkKind::Count)));
        let mut marks: Vec<Mark> = spans
            .into_iter()
            .filter(|(span, _)| sentence.start <= span.start && span.end <= sentence.end)
            .map(|(span, kind)| Mark {
                span: Span::new((span.start - sentence.start) as usize, (span.end - sentence.start) as usize),
                kind,
            })
            .collect();
        marks.sort_by_key(|m| (m.span.start, m.span.end, m.kind as u8));
        marks.dedup();
        marks
    }

    /// What a person would ask: why this type, place, time, status.
    fn explain(&self, draft: &Draft) -> Vec<String> {
        let words = |tokens: &std::ops::Range<usize>| self.text.slice(self.text.span_over(tokens));
        let mut lines: Vec<String> = Vec::new();
        for vote in draft.votes.iter() {
            lines.push(format!("type: \"{}\" tells {}", words(&vote.tokens), vote.event_type));
        }
        if let Some(cue) = &draft.cue {
            lines.push(format!("status: \"{}\" makes it {}", words(cue), status_word(draft.status)));
        }
        match &draft.place {
            Some(link) => {
                let how = match (link.source, link.direct) {
                    (PlaceSource::Mention, _) if self.sites[link.site].unresolved => "the country of a place that the gazetteer lacks",
                    (PlaceSource::Mention, true) => "named in the sentence",
                    (PlaceSource::Mention, false) => "the place in focus",
                    (PlaceSource::Nominal, _) => "pointed back to",
                    (PlaceSource::DocumentCountry, _) => "the country that the report is about",
                };
                let near = if link.near { ", near it" } else { "" };
                lines.push(format!("place: {} is {how}{near}", self.sites[link.site].name));
            }
            None => lines.push("place: none is told".into()),
        }
        match draft.time {
            Some((_, Some(span))) if draft.time_inherited => {
                lines.push(format!("date: \"{}\", told of what is beside it", self.text.slice(span)));
            }
            Some((_, Some(span))) => lines.push(format!("date: \"{}\"", self.text.slice(span))),
            Some((_, None)) => lines.push("date: none is told, so the day of publication".into()),
            None => lines.push("date: none is told".into()),
        }
        for bound in draft.counts.values() {
            let cue = self.text.slice(self.text.tokens[bound.cue].span);
            lines.push(format!("{}: \"{}\" by \"{cue}\"", bound.field.as_str(), self.text.slice(bound.span)));
        }
        // Other times of its sentences that were not taken.
        for &sentence in &draft.sentences {
            for time in &self.reading.scenes[sentence].times {
                if out_of_news(&time.when, self.source.published).is_some() && !matches!(time.when, When::On(_)) {
                    lines.push(format!("left out: \"{}\" is no news", self.text.slice(time.span)));
                }
            }
        }
        lines
    }
}

fn status_word(status: Status) -> &'static str {
    match status {
        Status::Reported => "reported",
        Status::Claimed => "claimed",
        Status::Denied => "denied",
        Status::Planned => "planned",
        Status::Hypothetical => "hypothetical",
        Status::Negated => "negated",
        Status::Background => "background",
    }
}

fn title(event_type: &str, place: Option<&Where>) -> String {
    let label = TAXONOMY.get(event_type).and_then(|t| t.label.get("en")).map_or(event_type, String::as_str);
    match place {
        Some(place) if place.geo_precision == 2 => format!("{label} near {}", place.name),
        Some(place) => format!("{label} in {}", place.name),
        None => label.to_owned(),
    }
}

fn flags(draft: &Draft, sites: &[Site], place: Option<&Where>, date: Option<&DateSpan>) -> Vec<String> {
    let mut flags = Vec::new();
    if draft.place.as_ref().is_some_and(|l| !l.direct) || place.is_none() {
        flags.push("place_inferred");
    }
    if draft.place.as_ref().is_some_and(|l| sites[l.site].unresolved) {
        flags.push("place_unresolved");
    }
    if date.is_some_and(|d| d.text.is_none()) {
        flags.push("date_from_published");
    }
    if draft.counts.values().any(|c| c.qualifier.is_vague()) {
        flags.push("count_vague");
    }
    if draft.status == Status::Claimed {
        flags.push("claimed");
    }
    let close = |p: &Where| matches!(p.candidates.as_slice(), [first, second, ..] if first.score - second.score < 0.1 * first.score.abs());
    if place.is_some_and(close) {
        flags.push("ambiguous_place");
    }
    flags.into_iter().map(str::to_owned).collect()
}

/// `inc_` and a hash of what makes the incident what it is, so that a second run gives the same.
fn identify(incident: &Incident) -> String {
    let place = incident.place.as_ref().map_or(String::new(), |p| p.geonameid.map_or_else(|| p.name.clone(), |id| id.to_string()));
    let date = incident.date.as_ref().map_or(String::new(), |d| d.start.to_string());
    let first = incident.evidence.first().map_or(0, |e| e.start);
    let key = format!("{}\n{}\n{}\n{place}\n{date}\n{first}", incident.doc_id, incident.event_type, status_word(incident.status));
    let hash = Sha256::digest(key.as_bytes());
    hash.iter().take(8).fold("inc_".to_owned(), |id, byte| format!("{id}{byte:02x}"))
}

/// Incidents that count some of the same people: one country and time, both violent or of unrest,
/// both with the same kind of count. Their numbers must never be added.
fn mark_overlaps(incidents: &mut [Incident]) {
    let overlap = |a: &Incident, b: &Incident| {
        let (Some(pa), Some(pb), Some(da), Some(db)) = (&a.place, &b.place, &a.date, &b.date) else { return false };
        let violent = |i: &Incident| {
            use super::EventGroup::{Security, Unrest, Violence};
            matches!(triggers::group(&i.event_type), Unrest | Violence | Security)
        };
        let near = pa.name == pb.name || (pa.country == pb.country && (pa.geo_precision == 3 || pb.geo_precision == 3));
        let meet = da.start <= db.end && db.start <= da.end && days_between(da.start, db.end).abs() < 60;
        let same_count = a.counts.iter().any(|c| b.counts.iter().any(|d| c.field == d.field));
        near && meet && violent(a) && violent(b) && same_count
    };
    for i in 0..incidents.len() {
        let with: Vec<String> =
            (0..incidents.len()).filter(|&j| j != i && overlap(&incidents[i], &incidents[j])).map(|j| incidents[j].id.clone()).collect();
        incidents[i].overlaps = with;
    }
}
