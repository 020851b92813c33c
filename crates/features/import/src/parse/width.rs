//! The same letters in other widths and digits.

/// Half-width katakana from U+FF61 on, in their usual width.
const KATAKANA: &str = "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン゛゜";

/// Usual widths, plain spaces, no invisible marks.
pub(super) fn fold_width(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{FEFF}' => {}
            '\u{FF01}'..='\u{FF5E}' => folded.extend(char::from_u32(u32::from(letter) - 0xFEE0)),
            '￥' => folded.push('¥'),
            '￠' => folded.push('¢'),
            '￡' => folded.push('£'),
            '￦' => folded.push('₩'),
            'ﾞ' | 'ﾟ' => join_voice_mark(&mut folded, letter),
            '\u{FF61}'..='\u{FF9D}' => folded.extend(KATAKANA.chars().nth(letter as usize - 0xFF61)),
            _ if letter.is_whitespace() => folded.push(' '),
            _ => folded.push(letter),
        }
    }
    folded
}

/// `ｶﾞ` is two characters in half width and one, ガ, in full: the letter after it, or two after for ﾟ.
fn join_voice_mark(folded: &mut String, mark: char) {
    let last = folded.chars().next_back().unwrap_or_default();
    let joined = match (last, mark) {
        ('ウ', 'ﾞ') => Some('ヴ'),
        (_, 'ﾞ') if "カキクケコサシスセソタチツテトハヒフヘホ".contains(last) => {
            char::from_u32(u32::from(last) + 1)
        }
        (_, 'ﾟ') if "ハヒフヘホ".contains(last) => char::from_u32(u32::from(last) + 2),
        _ => None,
    };
    match joined {
        Some(joined) => {
            folded.pop();
            folded.push(joined);
        }
        None => folded.push(if mark == 'ﾞ' { '゛' } else { '゜' }),
    }
}

/// As `fold_width`, trimmed, with Thai digits and the minus signs of print as plain ones.
pub(super) fn clean(text: &str) -> String {
    let plain = |letter: char| match letter {
        '๐'..='๙' => char::from_digit(u32::from(letter) - u32::from('๐'), 10).unwrap_or(letter),
        '−' | '▲' | '△' => '-', // a triangle is the minus of Japanese accounts
        _ => letter,
    };
    fold_width(text).trim().chars().map(plain).collect()
}

/// For the report of names that differ only by case, spaces or width. Never to join on: two companies may differ by
/// just that.
pub fn tidy_key(text: &str) -> String {
    let lower = fold_width(text).to_lowercase();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}
