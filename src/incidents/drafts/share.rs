//! Hands the counts of a sentence to the drafts it tells of, and finds towns told by a count alone.

use crate::incidents::link;
use crate::incidents::scene::Scene;
use crate::incidents::time::When;
use crate::incidents::triggers::{compatible, group as group_of};
use crate::incidents::{CountField, EventGroup, PlaceSource, Status};

use super::{Draft, Gatherer, Link, Touched, Vote, admits};

impl Gatherer<'_, '_> {
    /// "Aktobe – nine, Shymkent – five": each town is an incident with its share.
    pub(super) fn shares(&mut self, scene: &Scene, touched: &mut Vec<Touched>) {
        let Some(source) = touched.first().map(|t| t.draft).or(self.focus) else { return };
        for (site, bound) in &scene.shares {
            let place = &self.sites[*site];
            let known = self.drafts.iter().position(|d| d.place.as_ref().is_some_and(|l| self.sites[l.site].same(place)));
            let draft = known.unwrap_or_else(|| {
                let mut draft = Draft::new(Status::Reported);
                draft.place = Some(Link { site: *site, mentions: vec![*site], near: false, source: PlaceSource::Mention, direct: true });
                draft.time = self.drafts[source].time;
                draft.votes.clone_from(&self.drafts[source].votes);
                self.drafts.push(draft);
                self.drafts.len() - 1
            });
            let draft_ref = &mut self.drafts[draft];
            draft_ref.counts.insert(bound.field, bound.clone());
            draft_ref.see(scene);
            if bound.field == CountField::Arrested && group_of(draft_ref.event_type()) == EventGroup::Security {
                let at = bound.cue;
                draft_ref.votes.push(Vote { event_type: "arrest", sentence: scene.sentence, tokens: at..at + 1, weak: false });
                draft_ref.votes.retain(|v| v.event_type != "security_operation");
            }
            touched.push(Touched { draft, anchor: place.tokens.start, triggers: Vec::new() });
        }
    }

    /// Towns with a count of their own beside the one that took the trigger: "killed two in Nikopol
    /// and wounded five in Kherson"; and a town with a count in a sentence without any trigger.
    pub(super) fn other_places(&mut self, scene: &Scene, touched: &mut Vec<Touched>) {
        // A town in a sentence that tells nothing itself goes on with the sentence before it, unless
        // it has a day of its own.
        let own_time = scene.times.iter().any(|t| matches!(t.when, When::On(_)));
        let source = touched.first().map(|t| t.draft).or_else(|| {
            let silent = scene.told.is_empty() && !own_time;
            let beside = |d: &Draft| d.paragraph == scene.paragraph && d.sentences.iter().any(|&s| s + 1 == scene.sentence);
            self.focus.filter(|&f| silent && beside(&self.drafts[f]))
        });
        let Some(source) = source else { return };
        let event_type = self.drafts[source].event_type();
        for group in &scene.places.groups {
            let taken = touched.iter().any(|t| t.anchor == group.tokens.start);
            // "In the Gaza Strip fourteen were killed when a plane struck a house in Deir al-Balah."
            let holds = |t: &Touched| {
                let place = self.drafts[t.draft].place.as_ref();
                place.is_some_and(|l| group.sites.iter().any(|&s| self.sites[s].may_hold(&self.sites[l.site])))
            };
            if taken || touched.iter().any(holds) || group.fineness < 1 || !group.inside || !group.live {
                continue;
            }
            let counted = scene.counts.iter().any(|c| {
                let nearest = link::nearest_to_number(&scene.places, self.marks, c.at);
                nearest.is_some_and(|g| g.tokens == group.tokens) && admits(event_type, c.field)
            });
            if !counted {
                continue;
            }
            let own = scene.times.iter().find_map(|t| Some((t.when.days()?, Some(t.span))));
            for &site in &group.sites {
                let place = &self.sites[site];
                let known = self.drafts.iter().position(|d| {
                    d.place.as_ref().is_some_and(|l| self.sites[l.site].same(place)) && compatible(d.event_type(), event_type)
                });
                if let Some(known) = known {
                    touched.push(Touched { draft: known, anchor: group.tokens.start, triggers: Vec::new() });
                    continue;
                }
                let mut draft = Draft::new(Status::Reported);
                draft.place = Some(Link::of(site, group));
                draft.votes.extend(self.drafts[source].votes.first().map(|vote| Vote { event_type, ..vote.clone() }));
                draft.time = own.or(self.drafts[source].time);
                draft.see(scene);
                self.drafts.push(draft);
                touched.push(Touched { draft: self.drafts.len() - 1, anchor: group.tokens.start, triggers: Vec::new() });
            }
        }
    }

    /// Who takes a number that the incidents of its own sentence cannot have: the first of those told
    /// just before that can.
    fn taker(&self, field: CountField, scene: &Scene) -> Option<usize> {
        // Deaths told in another paragraph are not those of an arrest or a strike.
        let bloodless =
            |draft: &Draft| draft.paragraph != scene.paragraph && matches!(draft.event_type(), "arrest" | "strike" | "weapons_seizure");
        let harm = matches!(field, CountField::Killed | CountField::Injured | CountField::Missing);
        let takes = |number: usize| {
            let draft = &self.drafts[number];
            admits(draft.event_type(), field) && self.goes_on(number, scene) && !(harm && bloodless(draft))
        };
        self.beside.iter().copied().find(|draft| takes(*draft))
    }

    /// Hands the counts of a sentence to the drafts that it tells of.
    pub(super) fn counts(&mut self, scene: &Scene, touched: &[Touched]) {
        // What is told town by town is not told again as a total of one of them.
        let shared: Vec<CountField> = scene.shares.iter().map(|(_, b)| b.field).collect();
        for bound in scene.counts.iter().filter(|b| !shared.contains(&b.field)) {
            let nearest = link::nearest_to_number(&scene.places, self.marks, bound.at);
            let target = match touched {
                [] => self.taker(bound.field, scene),
                [only] if admits(self.drafts[only.draft].event_type(), bound.field) => Some(only.draft),
                [_] => self.taker(bound.field, scene),
                several => several
                    .iter()
                    .filter(|t| admits(self.drafts[t.draft].event_type(), bound.field))
                    .min_by_key(|t| {
                        let by_place = nearest.is_some_and(|g| g.tokens.start == t.anchor);
                        let trigger = t.triggers.iter().map(|at| at.abs_diff(bound.cue)).min().unwrap_or(usize::MAX);
                        (!by_place, t.anchor.abs_diff(bound.at), trigger)
                    })
                    .map(|t| t.draft),
            };
            if let Some(draft) = target {
                self.drafts[draft].count(bound, self.marks);
                self.drafts[draft].see(scene);
            }
        }
    }
}
