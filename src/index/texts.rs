//! Many strings one after the other in one piece of memory.

/// What a processor brings from memory at once.
const LINE_BYTES: usize = 64;

/// Lines of a string that are brought at most; of a longer one the processor guesses the rest.
const FETCH_LINES: usize = 16;

/// Strings by number.
#[derive(Debug, Default)]
pub struct Texts {
    bytes: String,
    ends: Vec<u64>,
}

impl Texts {
    /// Room for so many strings.
    pub fn with_capacity(strings: usize) -> Self {
        Self { bytes: String::new(), ends: Vec::with_capacity(strings) }
    }

    /// Adds a string.
    pub fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len() as u64);
    }

    /// Adds a string that `write` appends.
    pub fn push_with(&mut self, write: impl FnOnce(&mut String)) {
        write(&mut self.bytes);
        self.ends.push(self.bytes.len() as u64);
    }

    /// Adds the strings of another list.
    pub fn append(&mut self, other: &Self) {
        let before = self.bytes.len() as u64;
        self.bytes.push_str(&other.bytes);
        self.ends.extend(other.ends.iter().map(|end| before + end));
    }

    /// The string of a number.
    pub fn get(&self, at: u32) -> &str {
        &self.bytes[self.start(at)..self.ends[at as usize] as usize]
    }

    /// Touches the strings of some numbers, one after the other without looking at them, so that the
    /// processor brings all of them at once: first where they begin, for it cannot know a string
    /// before that.
    pub fn fetch(&self, numbers: impl Iterator<Item = u32> + Clone) {
        let bytes = self.bytes.as_bytes();
        let line = |at: usize| usize::from(bytes.get(at).copied().unwrap_or_default());
        std::hint::black_box(numbers.clone().map(|number| self.start(number)).fold(0, usize::wrapping_add));
        let touch = |number: u32| {
            let (start, end) = (self.start(number), self.ends[number as usize] as usize);
            // Where the last one ends is looked at even before it is read: a string is cut at a whole character.
            let mut sum = line(end);
            let mut at = start;
            while at < end.min(start + FETCH_LINES * LINE_BYTES) {
                sum += line(at);
                at += LINE_BYTES;
            }
            sum
        };
        std::hint::black_box(numbers.map(touch).sum::<usize>());
    }

    /// The numbers of the strings that hold a text, each once, in order. A text that lies over two
    /// strings is not found: give one that begins with what no string holds at its end.
    pub fn holding<'a>(&'a self, text: &'a str) -> impl Iterator<Item = u32> + 'a {
        let finder = memchr::memmem::Finder::new(text.as_bytes()).into_owned();
        let mut from = 0;
        std::iter::from_fn(move || {
            loop {
                let at = from + finder.find(self.bytes.as_bytes().get(from..)?)?;
                let number = self.ends.partition_point(|end| *end <= at as u64);
                let end = *self.ends.get(number)? as usize;
                if at + text.len() <= end {
                    from = end;
                    return Some(number as u32);
                }
                from = at + 1;
            }
        })
    }

    /// Gives back what was reserved and not used.
    pub fn shrink(&mut self) {
        self.bytes.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    fn start(&self, at: u32) -> usize {
        if at == 0 { 0 } else { self.ends[at as usize - 1] as usize }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_string_that_holds_a_text_is_found_once() {
        let mut texts = Texts::default();
        for text in [" gas price", "", " gas gas", " leak", " g"] {
            texts.push(text);
        }
        assert_eq!(texts.holding(" gas").collect::<Vec<_>>(), [0, 2]);
        assert_eq!(texts.holding(" leak g").collect::<Vec<_>>(), [] as [u32; 0]);
        assert_eq!(texts.holding(" g").collect::<Vec<_>>(), [0, 2, 4]);
        let mut twice = Texts::default();
        twice.append(&texts);
        twice.append(&texts);
        assert_eq!(twice.holding(" gas").collect::<Vec<_>>(), [0, 2, 5, 7]);
        assert_eq!(texts.get(1), "");
        assert_eq!(texts.get(3), " leak");
    }
}
