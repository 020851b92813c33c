//! Paper: what people sign, file or send. A feature says what stands on it; how it looks is said once, in `paper.typ`.
//! The letters are those of the pages, unpacked. Text is text: nothing in it is read as a command.

use crate::DocumentError;
use serde::Serialize;
use std::sync::LazyLock;
use typst::foundations::{Dict, IntoValue, Smart, Str};
use typst_as_lib::{TypstEngine, TypstTemplateMainFile};
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

/// The content type of what [`pdf`] makes.
pub const PDF: &str = "application/pdf";

/// One document. The same words make the same bytes, on every machine and day.
#[derive(Debug, Clone, Serialize)]
pub struct Paper {
    /// Its code, `en`, `th` or `ja`: how words are parted and lines broken.
    pub language: &'static str,
    pub title: String,
    /// Whom or what it is about, under the title.
    pub subtitle: String,
    pub parts: Vec<Part>,
    /// On every page beside its number.
    pub foot: String,
}

#[derive(Debug, Clone, Serialize)]
#[serde(tag = "part", rename_all = "snake_case")]
pub enum Part {
    Heading {
        text: String,
    },
    Text {
        text: String,
    },
    /// In smaller letters: where a number comes from, what counts.
    Note {
        text: String,
    },
    /// What is so, a name and a value a line.
    Facts {
        facts: Vec<(String, String)>,
    },
    List {
        items: Vec<String>,
    },
    Table {
        heads: Vec<Head>,
        rows: Vec<Row>,
    },
    /// Who signed, or a line to sign on.
    Signatures {
        signatures: Vec<Signature>,
    },
}

/// A column: the share of the width that it takes, and whether its cells are numbers.
#[derive(Debug, Clone, Serialize)]
pub struct Head {
    pub name: String,
    pub share: u8,
    pub is_number: bool,
}

#[derive(Debug, Clone, Serialize)]
pub struct Row {
    pub cells: Vec<String>,
    /// A sum, or what stands out.
    pub is_strong: bool,
}

impl Part {
    pub fn heading(text: impl Into<String>) -> Self {
        Self::Heading { text: text.into() }
    }

    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into() }
    }

    pub fn note(text: impl Into<String>) -> Self {
        Self::Note { text: text.into() }
    }
}

impl Head {
    pub fn text(name: impl Into<String>, share: u8) -> Self {
        Self { name: name.into(), share, is_number: false }
    }

    pub fn number(name: impl Into<String>, share: u8) -> Self {
        Self { name: name.into(), share, is_number: true }
    }
}

impl Row {
    pub fn new(cells: impl Into<Vec<String>>) -> Self {
        Self { cells: cells.into(), is_strong: false }
    }

    pub fn strong(cells: impl Into<Vec<String>>) -> Self {
        Self { cells: cells.into(), is_strong: true }
    }
}

#[derive(Debug, Clone, Serialize)]
pub struct Signature {
    pub role: String,
    pub name: String,
    /// When and how, once it is given.
    pub given: Option<String>,
}

const TEMPLATE: &str = include_str!("paper.typ");
/// Of Latin, Thai and Japanese.
const FAMILIES: &str = "ibm-plex-sans-";
const WEIGHTS: [&str; 2] = ["-400-normal.woff2", "-600-normal.woff2"];

static PRESS: LazyLock<Result<TypstEngine<TypstTemplateMainFile>, String>> = LazyLock::new(|| {
    let mut fonts = Vec::new();
    for (name, file) in web_kit::assets::fonts() {
        if name.starts_with(FAMILIES) && WEIGHTS.iter().any(|weight| name.ends_with(weight)) {
            fonts.push(wuff::decompress_woff2(&file).map_err(|error| format!("{name}: {error:?}"))?);
        }
    }
    Ok(TypstEngine::builder().main_file(TEMPLATE).fonts(fonts).build())
});

/// The document as PDF; the typesetter works beside those who answer.
pub async fn print(paper: Paper) -> Result<Vec<u8>, DocumentError> {
    let typeset = tokio::task::spawn_blocking(move || pdf(&paper)).await;
    typeset.map_err(|error| DocumentError::Paper(error.to_string()))?
}

/// The document as PDF, tagged for readers aloud.
pub fn pdf(paper: &Paper) -> Result<Vec<u8>, DocumentError> {
    let press = PRESS.as_ref().map_err(|fault| DocumentError::Paper(fault.clone()))?;
    let text = serde_json::to_string(paper).map_err(|error| DocumentError::Paper(error.to_string()))?;
    let inputs: Dict = [(Str::from("paper"), text.into_value())].into_iter().collect();
    let typeset = press.compile_with_input::<_, PagedDocument>(inputs);
    // A family that is missing is only a warning to the typesetter; to the reader it is a page of boxes.
    if let Some(warning) = typeset.warnings.first() {
        return Err(DocumentError::Paper(warning.message.to_string()));
    }
    let document = typeset.output.map_err(|error| DocumentError::Paper(error.to_string()))?;
    let options = PdfOptions { creator: Smart::Custom(Some("Clinch".to_owned())), ..PdfOptions::default() };
    typst_pdf::pdf(&document, &options).map_err(|errors| {
        DocumentError::Paper(errors.iter().map(|error| error.message.to_string()).collect::<Vec<_>>().join("; "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paper(language: &'static str, text: &str) -> Paper {
        Paper {
            language,
            title: text.to_owned(),
            subtitle: String::new(),
            parts: vec![Part::Text { text: text.to_owned() }],
            foot: String::new(),
        }
    }

    #[test]
    fn the_same_words_make_the_same_bytes_in_every_language() {
        let texts = [("en", "Commission of Zoë"), ("th", "ใบแจ้งค่าคอมมิชชัน ฿1,000"), ("ja", "報酬明細書 髙橋 様 ¥1,000")];
        for (language, text) in texts {
            let made = pdf(&paper(language, text)).expect("a document");
            assert!(made.starts_with(b"%PDF-"), "{language}");
            assert!(made == pdf(&paper(language, text)).expect("again"), "{language}");
        }
    }

    #[test]
    fn text_is_never_a_command() {
        let text = "#panic(\"read\") $x$ *strong* @missing <label> \\";
        assert!(pdf(&paper("en", text)).is_ok());
    }
}
