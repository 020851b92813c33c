//! Bytes in any encoding as a stream of UTF-8.

use super::{error::TableError, records::Lines};
use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8};
use std::{
    fs::File,
    io::{self, BufRead, ErrorKind, Read},
    path::Path,
};

const CHUNK: usize = 64 * 1024;

/// Reads `raw` as UTF-8. Bytes that are no text in the encoding end it with an error, after all that stands before
/// them.
#[derive(Debug)]
pub(super) struct Decoded<R> {
    raw: R,
    decoder: Decoder,
    input: Box<[u8]>,
    input_used: usize,
    input_end: usize,
    output: Box<[u8]>,
    output_used: usize,
    output_end: usize,
    bytes_read: u64,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Reading,
    /// All input is with the decoder, which may still hold output.
    Draining,
    Finished,
    Malformed,
}

impl<R: Read> Decoded<R> {
    /// A byte-order mark of the encoding itself is left out.
    pub(super) fn new(raw: R, encoding: &'static Encoding) -> Self {
        Self {
            raw,
            decoder: encoding.new_decoder_with_bom_removal(),
            input: vec![0; CHUNK].into(),
            input_used: 0,
            input_end: 0,
            output: vec![0; CHUNK].into(),
            output_used: 0,
            output_end: 0,
            bytes_read: 0,
            state: State::Reading,
        }
    }

    pub(super) fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    fn read_more(&mut self) -> io::Result<()> {
        let count = loop {
            match self.raw.read(&mut self.input) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                result => break result?,
            }
        };
        (self.input_used, self.input_end) = (0, count);
        self.bytes_read += count as u64;
        if count == 0 {
            self.state = State::Draining;
        }
        Ok(())
    }

    fn decode(&mut self) {
        let last = self.state == State::Draining;
        let input = &self.input[self.input_used..self.input_end];
        let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(input, &mut self.output, last);
        self.input_used += read;
        (self.output_used, self.output_end) = (0, written);
        match result {
            DecoderResult::InputEmpty if last => self.state = State::Finished,
            DecoderResult::InputEmpty | DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => self.state = State::Malformed,
        }
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let count = available.len().min(buffer.len());
        buffer[..count].copy_from_slice(&available[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl<R: Read> BufRead for Decoded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.output_used == self.output_end {
            match self.state {
                State::Finished => break,
                State::Malformed => return Err(ErrorKind::InvalidData.into()),
                State::Reading if self.input_used == self.input_end => self.read_more()?,
                State::Reading | State::Draining => self.decode(),
            }
        }
        Ok(&self.output[self.output_used..self.output_end])
    }

    fn consume(&mut self, count: usize) {
        self.output_used += count;
    }
}

/// The start of a file that was found to be sound text to its end.
#[derive(Debug)]
pub(super) struct Sample {
    pub(super) text: String,
    /// Is the sample the whole file?
    pub(super) whole: bool,
    pub(super) encoding: &'static Encoding,
}

impl Sample {
    /// Reads the file once. A byte-order mark outweighs the encoding that was named: it is never there by chance.
    pub(super) fn take(path: &Path, encoding: Option<&str>) -> Result<Self, TableError> {
        let named = encoding.map(named_encoding).transpose()?;
        let from_io = |error| TableError::from_io(path, error);
        let mut start = Vec::with_capacity(3);
        File::open(path).and_then(|file| file.take(3).read_to_end(&mut start)).map_err(from_io)?;
        let marked = Encoding::for_bom(&start).map(|(encoding, _)| encoding);
        let encoding = marked.or(named).unwrap_or(UTF_8);

        let mut decoded = Decoded::new(File::open(path).map_err(from_io)?, encoding);
        let mut sample = Self { text: String::new(), whole: true, encoding };
        let mut lines = Lines::default();
        loop {
            let chunk = match decoded.fill_buf() {
                Ok([]) => return Ok(sample),
                Ok(chunk) => chunk,
                Err(error) if error.kind() != ErrorKind::InvalidData => return Err(from_io(error)),
                Err(_) => return Err(not_in_encoding(path, lines.number(), encoding)),
            };
            for &byte in chunk {
                lines.pass(byte);
            }
            if sample.text.is_empty() {
                sample.text = String::from_utf8_lossy(chunk).into_owned();
            } else {
                sample.whole = false;
            }
            let count = chunk.len();
            decoded.consume(count);
        }
    }

    /// The delimiter that a first line `sep=;` states.
    pub(super) fn announced_delimiter(&self) -> Option<u8> {
        match self.text.strip_prefix("sep=")?.as_bytes() {
            [delimiter, b'\r' | b'\n', ..] => Some(*delimiter),
            _ => None,
        }
    }
}

fn named_encoding(name: &str) -> Result<&'static Encoding, TableError> {
    let encoding = Encoding::for_label_no_replacement(name.as_bytes());
    encoding.ok_or_else(|| TableError::UnknownEncoding { name: name.to_owned() })
}

fn not_in_encoding(path: &Path, line: u64, encoding: &'static Encoding) -> TableError {
    let path = path.to_owned();
    if encoding == UTF_8 {
        TableError::NotUtf8 { path, line }
    } else {
        TableError::NotInEncoding { path, line, encoding: encoding.name() }
    }
}
