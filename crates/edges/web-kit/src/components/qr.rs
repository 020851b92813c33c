use maud::{Markup, html};
use qrcode::{Color, QrCode};
use std::fmt::Write;

/// Empty modules around the code, by which a camera finds it.
const QUIET: usize = 4;

/// A text for the camera of a phone; nothing when it is too long for a code. Dark on white in either theme.
pub fn qr(label: &str, text: &str) -> Option<Markup> {
    let code = QrCode::new(text).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (place, _) in code.to_colors().iter().enumerate().filter(|(_, color)| **color == Color::Dark) {
        // A String takes everything.
        write!(path, "M{} {}h1v1h-1z", place % width + QUIET, place / width + QUIET).unwrap_or_default();
    }
    let side = width + 2 * QUIET;
    Some(html! {
        svg.qr viewBox=(format!("0 0 {side} {side}")) role="img" aria-label=(label) shape-rendering="crispEdges" {
            path d=(path) {}
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ISO 18004: each side of a code has 17 + 4 × version modules, and its upper left corner is a dark square of seven.
    #[test]
    fn a_code_has_its_corner_and_a_quiet_zone() {
        let drawn =
            qr("Key", "otpauth://totp/Acme:mali@acme.example?secret=GEZDGNBVGY3TQOJQ").expect("it fits").into_string();
        let side: usize = drawn
            .split_once("viewBox=\"0 0 ")
            .and_then(|(_, rest)| rest.split(' ').next())
            .expect("a box")
            .parse()
            .expect("a number");
        assert_eq!((side - 8 - 17) % 4, 0, "{side}");
        for step in 4..11 {
            assert!(drawn.contains(&format!("M{step} 4h1")) && drawn.contains(&format!("M4 {step}h1")), "{step}");
        }
        assert!(!drawn.contains("M3 ") && !drawn.contains(" 3h1"), "nothing in the quiet zone");
        assert!(qr("Key", &"x".repeat(10_000)).is_none());
    }
}
