//! Values off a fuzz input, one after another. An input that has ended gives zeros, so that every input is a whole one.

/// What of an input has not been taken yet.
#[derive(Debug)]
pub struct Source<'i> {
    input: &'i [u8],
}

impl<'i> Source<'i> {
    /// All of the input.
    #[must_use]
    pub fn new(input: &'i [u8]) -> Self {
        Self { input }
    }

    /// Whether everything was taken.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.input.is_empty()
    }

    /// One byte.
    pub fn byte(&mut self) -> u8 {
        let Some((byte, rest)) = self.input.split_first() else {
            return 0;
        };
        self.input = rest;
        *byte
    }

    /// That many bytes, fewer at the end.
    pub fn bytes(&mut self, count: usize) -> &'i [u8] {
        let (bytes, rest) = self.input.split_at(count.min(self.input.len()));
        self.input = rest;
        bytes
    }

    /// Eight bytes, the most significant first.
    pub fn number(&mut self) -> i64 {
        (0..8).fold(0, |number, _| number << 8 | i64::from(self.byte()))
    }

    /// One of `choices`, which has at least one.
    pub fn choice<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::from(self.byte()) % choices.len()]
    }
}
