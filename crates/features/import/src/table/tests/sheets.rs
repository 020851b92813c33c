//! Sheets, in files written here byte by byte.

use super::*;
use calamine::ExcelDateTimeType;

/// A zip archive of files that are stored as they are.
fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut directory = Vec::new();
    for (name, text) in files {
        let offset = u32::try_from(bytes.len()).unwrap();
        let size = u32::try_from(text.len()).unwrap();
        let mut entry = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0]; // version, flags, stored, time, date
        for number in [checksum(text.as_bytes()), size, size] {
            entry.extend(number.to_le_bytes());
        }
        entry.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        entry.extend([0, 0]);
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&entry);
        bytes.extend(name.as_bytes());
        bytes.extend(text.as_bytes());
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&entry);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (offset, size) = (u32::try_from(bytes.len()).unwrap(), u32::try_from(directory.len()).unwrap());
    let count = u16::try_from(files.len()).unwrap().to_le_bytes();
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend([count, count].concat());
    bytes.extend(size.to_le_bytes());
    bytes.extend(offset.to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

/// CRC-32 as zip has it.
fn checksum(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = (sum >> 1) ^ (0xEDB8_8320 * (sum & 1));
        }
    }
    !sum
}

/// A workbook whose sheet `Deals` has these rows; a hidden sheet stands before it and `Other` behind. Style 1 is a
/// date, style 2 a time of day, style 3 a duration.
fn workbook(rows: &str) -> Vec<u8> {
    let sheet = |rows: &str| format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    let relation = |id: u8| {
        let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet";
        format!("<Relationship Id=\"r{id}\" Type=\"{kind}\" Target=\"worksheets/sheet{id}.xml\"/>")
    };
    let relations = format!("<Relationships>{}{}{}</Relationships>", relation(1), relation(2), relation(3));
    archive(&[
        (
            "_rels/.rels",
            "<Relationships><Relationship Id=\"r1\" Target=\"xl/workbook.xml\" \
             Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\"/>\
             </Relationships>",
        ),
        (
            "xl/workbook.xml",
            "<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>\
             <sheet name=\"Secret\" sheetId=\"1\" state=\"hidden\" r:id=\"r1\"/>\
             <sheet name=\"Deals\" sheetId=\"2\" r:id=\"r2\"/><sheet name=\"Other\" sheetId=\"3\" r:id=\"r3\"/>\
             </sheets></workbook>",
        ),
        ("xl/_rels/workbook.xml.rels", &relations),
        (
            "xl/styles.xml",
            "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"20\"/><xf numFmtId=\"46\"/>\
             </cellXfs></styleSheet>",
        ),
        ("xl/sharedStrings.xml", "<sst><si><t>name</t></si><si><t>ก&amp;山</t></si><si><t>'=1+1</t></si></sst>"),
        ("xl/worksheets/sheet1.xml", &sheet("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>")),
        ("xl/worksheets/sheet2.xml", &sheet(rows)),
        ("xl/worksheets/sheet3.xml", &sheet("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>")),
    ])
}

/// Cells given as `(name, attributes, inside)`.
fn row(number: u32, cells: &[(&str, &str, &str)]) -> String {
    let cell = |(column, attributes, inside): &(&str, &str, &str)| {
        format!("<c r=\"{column}{number}\" {attributes}>{inside}</c>")
    };
    let cells = cells.iter().map(cell).collect::<Vec<_>>().concat();
    format!("<row r=\"{number}\">{cells}</row>")
}

fn header(names: &[&str]) -> String {
    let cells: Vec<(String, String)> = (b'A'..)
        .zip(names)
        .map(|(column, name)| (char::from(column).to_string(), format!("<is><t>{name}</t></is>")))
        .collect();
    let cells: Vec<(&str, &str, &str)> =
        cells.iter().map(|(column, inside)| (column.as_str(), "t=\"inlineStr\"", inside.as_str())).collect();
    row(1, &cells)
}

fn check_sheet(rows: &str, columns: &[&str], expected: &[(u64, &[&str])], errors: &[&str]) {
    check("deals.xlsx", &workbook(rows), &TableOptions::default(), columns, expected, errors);
}

fn check_cell(attributes: &str, inside: &str, expected: &str) {
    let rows = header(&["id", "x"]) + &row(2, &[("A", "", "<v>1</v>"), ("B", attributes, inside)]);
    check_sheet(&rows, &["id", "x"], &[(2, &["1", expected])], &[]);
}

#[test]
fn a_sheet_cell_becomes_exact_text() {
    for (attributes, inside, expected) in [
        ("t=\"s\"", "<v>1</v>", "ก&山"),
        ("t=\"s\"", "<v>2</v>", "=1+1"),
        ("t=\"inlineStr\"", "<is><t>a\nb</t></is>", "a\nb"),
        ("t=\"b\"", "<v>1</v>", "true"),
        ("t=\"b\"", "<v>0</v>", "false"),
        ("", "<v>3</v>", "3"),
        ("", "<v>-0</v>", "0"),
        ("", "<v>0.1</v>", "0.1"),
        ("", "<v>0.30000000000000004</v>", "0.30000000000000004"),
        ("", "<v>1234.5</v>", "1234.5"),
        ("", "<v>1.2E5</v>", "120000"),
        ("", "<v>1E-7</v>", "0.0000001"),
        ("", "<v>123456789012345680000</v>", "123456789012345680000"),
        ("s=\"1\"", "<v>46347</v>", "2026-11-21"),
        ("s=\"1\"", "<v>46347.6875</v>", "2026-11-21T16:30:00"),
        ("s=\"1\"", "<v>45943.541</v>", "2025-10-13T12:59:02.400"),
        ("s=\"1\"", "<v>-5</v>", "-5"),
        ("s=\"2\"", "<v>0.5</v>", "12:00:00"),
        ("s=\"3\"", "<v>1.5</v>", "1.5"),
        ("t=\"d\"", "<v>2026-11-21T00:00:00.000</v>", "2026-11-21"),
        ("t=\"d\"", "<v>2026-11-21T16:30:00</v>", "2026-11-21T16:30:00"),
        ("", "<f>1/3</f><v>0.5</v>", "0.5"),
        ("t=\"str\"", "<f>\"a\"</f><v>a</v>", "a"),
        ("t=\"str\"", "<f>\"\"</f><v></v>", ""),
        ("", "", ""),
    ] {
        check_cell(attributes, inside, expected);
    }
}

#[test]
fn a_formula_is_never_evaluated_and_its_error_is_the_rows() {
    let rows = header(&["id", "x"])
        + &row(2, &[("A", "", "<v>1</v>"), ("B", "t=\"e\"", "<f>A0</f><v>#REF!</v>")])
        + &row(3, &[("A", "", "<v>2</v>"), ("B", "", "<f>SUM(A1:A2)</f>")])
        + &row(4, &[("A", "t=\"str\"", "<f>A0</f><v>#N/A</v>"), ("B", "t=\"e\"", "<v>#DIV/0!</v>")])
        + &row(5, &[("A", "", "<v>3</v>")]);
    let errors = [
        "line 2: cell B2 holds the error #REF!",
        "line 3: cell B3 holds a formula without a saved result",
        "line 4: cell A4 holds the error #N/A",
    ];
    check_sheet(&rows, &["id", "x"], &[(5, &["3", ""])], &errors);
}

#[test]
fn sheet_rows_keep_their_numbers_and_blank_ones_are_no_rows() {
    let text = "t=\"inlineStr\"";
    let rows = row(
        3,
        &[("A", text, "<is><t> id </t></is>"), ("C", text, "<is><t>c</t></is>"), ("D", text, "<is><t> </t></is>")],
    ) + &row(5, &[("B", "", "<v>2</v>")])
        + &row(6, &[("A", text, "<is><t> </t></is>"), ("F", text, "<is><t></t></is>")])
        + &row(7, &[("A", "", "<v>1</v>"), ("E", "", "<v>5</v>")])
        + &row(900_000, &[("C", "", "<v>3</v>")]);
    let expected: [(u64, &[&str]); 2] = [(5, &["", "2", ""]), (900_000, &["", "", "3"])];
    check_sheet(&rows, &["id", "column 2", "c"], &expected, &["line 7: 3 cells expected, 5 found"]);
}

#[test]
fn the_first_visible_sheet_is_read_or_the_named_one() {
    let rows = header(&["id"]) + &row(2, &[("A", "", "<v>1</v>")]);
    let sheet = |name: &str| TableOptions { sheet: Some(name.to_owned()), ..TableOptions::default() };
    check("deals.xlsx", &workbook(&rows), &TableOptions::default(), &["id"], &[(2, &["1"])], &[]);
    check("deals.xlsx", &workbook(&rows), &sheet("Other"), &["name"], &[], &[]);
    check("deals.xlsx", &workbook(&rows), &sheet("Secret"), &["1"], &[], &[]);
    let error = refusal("deals.xlsx", &workbook(&rows), &sheet("Leads"));
    assert!(error.ends_with("has no sheet `Leads`; its sheets are `Secret`, `Deals`, `Other`"), "{error}");
}

#[test]
fn a_sheet_that_cannot_be_a_table_is_refused() {
    let far = row(1, &[("A", "", "<v>1</v>"), ("XFE", "", "<v>1</v>")]);
    let twice = header(&["id", "id"]);
    let broken = header(&["id"]) + &row(2, &[("A", "t=\"e\"", "<v>#WHAT?</v>")]);
    let bad_header = row(1, &[("A", "t=\"e\"", "<v>#REF!</v>")]);
    for (rows, expected) in [
        ("", "is empty; it needs at least a line with the column names"),
        (twice.as_str(), "has two columns named `id`, the 1. and the 2."),
        (far.as_str(), "has 16385 columns"),
        (broken.as_str(), "the sheet breaks off after cell A1"),
        (bad_header.as_str(), "the column names: line 1: cell A1 holds the error #REF!"),
    ] {
        let error = refusal("deals.xlsx", &workbook(rows), &TableOptions::default());
        assert!(error.contains(expected), "{error}");
    }
    for name in ["deals.xlsx", "deals.xls", "deals.ods", "deals.xlsb"] {
        for bytes in [&b""[..], b"id,name\n", b"<html><table></table></html>"] {
            assert!(refusal(name, bytes, &TableOptions::default()).contains("cannot be read as a spreadsheet"));
        }
    }
}

#[test]
fn a_sheet_has_limits() {
    let rows = header(&["id", "x"])
        + &row(2, &[("A", "", "<v>1</v>"), ("B", "t=\"inlineStr\"", "<is><t>12345678901</t></is>")])
        + &row(3, &[("A", "", "<v>2</v>")]);
    let options = TableOptions { max_cell_bytes: 10, ..TableOptions::default() };
    let errors = ["line 2: the cell in column 2 is longer than 10 bytes"];
    check("deals.xlsx", &workbook(&rows), &options, &["id", "x"], &[(3, &["2", ""])], &errors);
    let options = TableOptions { max_sheet_cells: 3, ..TableOptions::default() };
    let error = refusal("deals.xlsx", &workbook(&rows), &options);
    assert!(error.contains("the sheet has more than 3 cells; save it as .csv"), "{error}");
}

#[test]
fn an_open_document_sheet_is_read_too() {
    let cells = "<table:table-row><table:table-cell office:value-type=\"string\"><text:p>id</text:p></table:table-cell>\
        <table:table-cell office:value-type=\"string\"><text:p>day</text:p></table:table-cell></table:table-row>\
        <table:table-row><table:table-cell office:value-type=\"float\" office:value=\"1.5\"/>\
        <table:table-cell office:value-type=\"date\" office:date-value=\"2026-11-21\"/></table:table-row>\
        <table:table-row><table:table-cell office:value-type=\"float\" office:value=\"2\"/>\
        <table:table-cell table:formula=\"of:=1/0\" office:value-type=\"string\" office:string-value=\"\" \
        calcext:value-type=\"error\"><text:p>#DIV/0!</text:p></table:table-cell></table:table-row>";
    let content = format!(
        "<office:document-content><office:body><office:spreadsheet><table:table table:name=\"Deals\">{cells}\
         </table:table></office:spreadsheet></office:body></office:document-content>"
    );
    let bytes = archive(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<manifest:manifest/>"),
        ("content.xml", &content),
    ]);
    let errors = ["line 3: cell B3 holds the error #DIV/0!"];
    check("deals.ods", &bytes, &TableOptions::default(), &["id", "day"], &[(2, &["1.5", "2026-11-21"])], &errors);
}

#[test]
fn the_last_moment_of_a_day_does_not_become_the_next() {
    let text = |days| moment_text(&ExcelDateTime::new(days, ExcelDateTimeType::DateTime, false));
    assert_eq!(text(46_347.999_988_425_9), "2026-11-21T23:59:59");
    assert_eq!(text(1.0), "1900-01-01");
    assert_eq!(text(2_958_466.0), "2958466");
    let apple = ExcelDateTime::new(44885.0, ExcelDateTimeType::DateTime, true);
    assert_eq!(moment_text(&apple), "2026-11-21");
}
