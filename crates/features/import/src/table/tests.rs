use super::{error::RowProblem, records::Limits, *};
use crate::parse;
use base::Amount;
use proptest::prelude::*;
use std::{
    io::{BufReader, Read},
    path::PathBuf,
};
use tempfile::TempDir;

mod sheets;

type Rows = Vec<Result<Row, RowError>>;

fn file(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn read_with(name: &str, bytes: &[u8], options: &TableOptions) -> Result<(Vec<String>, Rows), TableError> {
    let (_folder, path) = file(name, bytes);
    let mut table = Table::open(&path, options)?;
    let rows = std::iter::from_fn(|| table.next_row()).collect();
    assert_eq!(table.bytes_read(), table.bytes_total(), "all of the file is read");
    Ok((table.columns().to_vec(), rows))
}

/// Columns, then the line and cells of each row, then the errors as people see them.
fn check(name: &str, bytes: &[u8], options: &TableOptions, columns: &[&str], rows: &[(u64, &[&str])], errors: &[&str]) {
    let (found_columns, found) = read_with(name, bytes, options).unwrap();
    assert_eq!(found_columns, columns);
    let (found_rows, found_errors): (Vec<_>, Vec<_>) = found.into_iter().partition(Result::is_ok);
    let found_rows: Vec<(u64, Vec<String>)> =
        found_rows.into_iter().map(|row| row.unwrap()).map(|row| (row.line, row.cells)).collect();
    let rows: Vec<(u64, Vec<String>)> =
        rows.iter().map(|(line, cells)| (*line, cells.iter().map(|&cell| cell.to_owned()).collect())).collect();
    assert_eq!(found_rows, rows);
    let found_errors: Vec<String> = found_errors.into_iter().map(|error| error.unwrap_err().to_string()).collect();
    assert_eq!(found_errors.len(), errors.len(), "{found_errors:?}");
    for (found, expected) in found_errors.iter().zip(errors) {
        assert!(found.starts_with(expected), "{found}");
    }
}

fn check_text(text: &str, columns: &[&str], rows: &[(u64, &[&str])], errors: &[&str]) {
    check("deals.csv", text.as_bytes(), &TableOptions::default(), columns, rows, errors);
}

fn refusal(name: &str, bytes: &[u8], options: &TableOptions) -> String {
    let error = read_with(name, bytes, options).unwrap_err().to_string();
    let folder = std::env::temp_dir().to_string_lossy().into_owned();
    assert!(error.contains(name) || !error.contains(&folder), "{error}");
    error
}

fn check_refused(bytes: &[u8], expected: &str) {
    let error = refusal("deals.csv", bytes, &TableOptions::default());
    assert!(error.contains(expected), "{error}");
}

fn named(encoding: &str) -> TableOptions {
    TableOptions { encoding: Some(encoding.to_owned()), ..TableOptions::default() }
}

#[test]
fn every_kind_of_line_end_counts_as_one() {
    for end in ["\n", "\r\n", "\r"] {
        let text = format!("id,name{end}1,Acme{end}{end}2,Beta{end}");
        check_text(&text, &["id", "name"], &[(2, &["1", "Acme"]), (4, &["2", "Beta"])], &[]);
    }
    check_text("id\n1\r2\r\n3", &["id"], &[(2, &["1"]), (3, &["2"]), (4, &["3"])], &[]);
}

#[test]
fn quoted_cells_hold_delimiters_quotes_and_line_breaks() {
    let text = "id,note,x\n1,\"a, \"\"b\"\"\r\nc\",\"\"\n2,5\" pipe,\"z\" \n\"3\",\"\n\n\",end\n";
    let rows: [(u64, &[&str]); 3] =
        [(2, &["1", "a, \"b\"\r\nc", ""]), (4, &["2", "5\" pipe", "z"]), (5, &["3", "\n\n", "end"])];
    check_text(text, &["id", "note", "x"], &rows, &[]);
}

#[test]
fn the_delimiter_is_found_in_the_first_rows() {
    for text in [
        "name;amount\nA;1,5\nB;2,5\n",
        "name\tamount\nA\t1,5\nB\t2,5\n",
        "name|amount\nA|1,5\nB|2,5\n",
        "name,amount\nA,\"1,5\"\nB,\"2,5\"\n",
        "sep=;\r\nname;amount\nA;1,5\nB;2,5\n",
        "sep=,\nname,amount\nA,\"1,5\"\nB,\"2,5\"\n",
    ] {
        let line = if text.starts_with("sep") { 3 } else { 2 };
        check_text(text, &["name", "amount"], &[(line, &["A", "1,5"]), (line + 1, &["B", "2,5"])], &[]);
    }
    check_text("name;note, long\nA;b\n", &["name", "note, long"], &[(2, &["A", "b"])], &[]);
    check_text("only\nA\n", &["only"], &[(2, &["A"])], &[]);
    check_text("a;b;c", &["a", "b", "c"], &[], &[]);
}

#[test]
fn a_named_delimiter_and_a_name_in_tsv_decide() {
    let options = TableOptions { delimiter: Some(b'|'), ..TableOptions::default() };
    check("deals.csv", b"a,b|c\n1,2|3\n", &options, &["a,b", "c"], &[(2, &["1,2", "3"])], &[]);
    check("deals.tsv", b"a,b\tc,d\n1,2\t3\n", &TableOptions::default(), &["a,b", "c,d"], &[(2, &["1,2", "3"])], &[]);
    for delimiter in [b'"', b'\n', 0, 200] {
        let options = TableOptions { delimiter: Some(delimiter), ..TableOptions::default() };
        assert!(refusal("deals.csv", b"a\n", &options).contains("cannot separate cells"));
    }
}

#[test]
fn byte_order_marks_say_the_encoding() {
    let text = "ชื่อ,名前\nสมชาย,山田\n";
    let mut utf8 = vec![0xEF, 0xBB, 0xBF];
    utf8.extend(text.as_bytes());
    let little: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let big: Vec<u8> = [0xFE, 0xFF].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    for bytes in [utf8, little, big] {
        for options in [TableOptions::default(), named("windows-874")] {
            check("deals.csv", &bytes, &options, &["ชื่อ", "名前"], &[(2, &["สมชาย", "山田"])], &[]);
        }
    }
}

#[test]
fn encodings_without_a_mark_are_named() {
    // By hand: ก 0xA1, ข 0xA2 in windows-874; 日本 93 FA 96 7B in Shift_JIS, whose 表 ends in a byte that is `\` in ASCII;
    // é 0xE9, € 0x80 in windows-1252.
    for (encoding, bytes, expected) in [
        ("windows-874", &b"name\n\xA1\xA2\n"[..], "กข"),
        ("shift_jis", b"name\n\x93\xFA\x96\x7B\x95\x5C\n", "日本表"),
        ("windows-1252", b"name\n\xE9\x80\n", "é€"),
        ("utf-16le", b"n\0a\0m\0e\0\n\0\x01\x0E\n\0", "ก"),
        ("utf-8", "name\nก\n".as_bytes(), "ก"),
    ] {
        check("deals.csv", bytes, &named(encoding), &["name"], &[(2, &[expected])], &[]);
    }
}

#[test]
fn a_character_across_two_chunks_stays_whole() {
    let mut text = "name\n".to_owned();
    for _ in 0..100_000 {
        text.push_str("กขค\n");
    }
    let (_, rows) = read_with("deals.csv", text.as_bytes(), &TableOptions::default()).unwrap();
    assert_eq!(rows.len(), 100_000);
    assert!(rows.into_iter().all(|row| row.unwrap().cells == ["กขค"]));
}

#[test]
fn bytes_that_are_no_text_refuse_the_file_by_line() {
    let many = format!("name\n{}\u{e000}", "abcdefgh\n".repeat(20_000));
    let many: Vec<u8> = many.bytes().map(|byte| if byte == 0xEE { 0xA1 } else { byte }).collect();
    for (bytes, line) in
        [(&b"na\xE9me\n"[..], "line 1:"), (b"name\r\nok\r\n\xA1\xA2\r\n", "line 3:"), (&many, "line 20002:")]
    {
        check_refused(bytes, line);
        check_refused(bytes, "the text is not UTF-8; name the file's encoding, like encoding = \"windows-874\" (Thai)");
    }
    check_refused(b"name\nend \xE0\xB8", "line 2: the text is not UTF-8");
    assert!(refusal("deals.csv", b"a\n\x81\xFF\n", &named("shift_jis")).contains("line 2: the text is not Shift_JIS"));
    assert!(refusal("deals.csv", b"a\n", &named("thai")).contains("`thai` is no known encoding"));
}

#[test]
fn ragged_rows_are_errors_and_the_rest_is_read() {
    check_text(
        "a,b,c\n1,2\n1,2,3\n1,2,3,4\n\n\"x\ny\",2,3\n4,5,6",
        &["a", "b", "c"],
        &[(3, &["1", "2", "3"]), (6, &["x\ny", "2", "3"]), (8, &["4", "5", "6"])],
        &["line 2: 3 cells expected, 2 found", "line 4: 3 cells expected, 4 found"],
    );
}

#[test]
fn rows_without_text_are_no_rows() {
    check_text("\n \na,b\n\n , \n,\n1,\n\r\n", &["a", "b"], &[(7, &["1", ""])], &[]);
}

#[test]
fn a_file_without_a_header_is_refused_and_one_with_nothing_else_is_not() {
    for bytes in [&b""[..], b"\xEF\xBB\xBF", b"\r\n\n  \n", b"sep=;\n"] {
        check_refused(bytes, "deals.csv is empty; it needs at least a line with the column names");
    }
    check_text("id,name", &["id", "name"], &[], &[]);
    check_text("id,name\r\n", &["id", "name"], &[], &[]);
}

#[test]
fn column_names_are_trimmed_filled_and_each_their_own() {
    check_text(
        " id , ,\"na\"\"me\",\n1,2,3,4\n",
        &["id", "column 2", "na\"me", "column 4"],
        &[(2, &["1", "2", "3", "4"])],
        &[],
    );
    check_refused(b"id,name, id\n", "has two columns named `id`, the 1. and the 3.");
    check_refused(b"id,,column 2,x\n", "has two columns named `column 2`, the 2. and the 3.");
    check_refused(format!("a{}", ",".repeat(20_000)).as_bytes(), "has 20001 columns, more than the 16384");
}

#[test]
fn a_quote_that_never_closes_is_an_error_where_it_opened() {
    let (_, rows) = read_with("deals.csv", b"a,b\n1,2\n3,\"4\n5,6\n7,8\n", &TableOptions::default()).unwrap();
    assert_eq!(rows.len(), 2);
    let problem = RowProblem::UnclosedQuote { column: 2 };
    assert_eq!(rows[1], Err(RowError { line: 3, problem }));

    let options = TableOptions { max_cell_bytes: 4, max_row_bytes: 8, ..TableOptions::default() };
    let errors = ["line 3: a quote opens in column 2 and never closes"];
    check("deals.csv", b"a,b\n\"1\n\",\"2\n5,6\n7,8\n", &options, &["a", "b"], &[], &errors);
    check_refused(b"\"a,b\n1,2\n", "the column names: line 1: a quote opens in column 1");
}

#[test]
fn text_after_a_closing_quote_is_an_error_of_its_row() {
    check_text(
        "a,b\n\"5\" pipe,x\n1,2\n\"x\"\"\"y,\"z\"\n3,4\n",
        &["a", "b"],
        &[(3, &["1", "2"]), (5, &["3", "4"])],
        &["line 2: the cell in column 1 goes on after its closing quote", "line 4: the cell in column 1 goes on"],
    );
}

#[test]
fn nul_characters_are_errors() {
    check_text("a,b\n1,x\0y\n1,2\n", &["a", "b"], &[(3, &["1", "2"])], &["line 2: the cell in column 2 holds a NUL"]);
    check_refused(b"a\0,\0b\0\n\0", "UTF-16 without a mark (name it: encoding = \"utf-16le\")");
    check_refused(b"PK\x03\x04\x14\0\0\0", "the column names: line 1: the cell in column 1 holds a NUL character");
}

#[test]
fn long_cells_and_rows_are_errors_and_the_rest_is_read() {
    let options = TableOptions { max_cell_bytes: 10, max_row_bytes: 20, ..TableOptions::default() };
    check(
        "deals.csv",
        b"a,b,c\n1,12345678901,3\n1234567890,2,3\n123456789,123456789,3\n4,5,6\n",
        &options,
        &["a", "b", "c"],
        &[(3, &["1234567890", "2", "3"]), (5, &["4", "5", "6"])],
        &["line 2: the cell in column 2 is longer than 10 bytes", "line 4: the line is longer than 20 bytes"],
    );
}

#[test]
fn a_line_without_end_takes_no_more_memory_than_the_limit() {
    for (byte, length) in [(b'x', 64 << 20), (b',', 4 << 20), (b'"', 4 << 20)] {
        let endless = std::io::repeat(byte).take(length);
        let file = (&b"a,b\n"[..]).chain(endless).chain(&b"\n1,2\n"[..]);
        let limits = Limits { cell: 1 << 16, row: 1 << 20, cells: 100 };
        let mut records = Records::new(BufReader::new(file), b',', limits);
        assert_eq!(records.next_record().unwrap().unwrap().cells, ["a", "b"]);

        let error = records.next_record().unwrap().unwrap_err();

        assert_eq!(error.line, 2);
        let short =
            matches!(error.problem, RowProblem::CellTooLong { limit: 65536, .. } | RowProblem::RowTooLong { .. });
        assert!(short, "{error}");
        assert_eq!(records.next_record().unwrap().unwrap().cells, ["1", "2"]);
        assert_eq!(records.next_record(), None);
    }
}

#[test]
fn a_file_that_cannot_be_read_on_ends_with_an_error() {
    let file = BufReader::new(Decoded::new(&b"a,b\n1,2\n3,\xFF\n4,5\n"[..], encoding_rs::UTF_8));
    let mut records = Records::new(file, b',', Limits { cell: 100, row: 100, cells: 100 });
    assert_eq!(records.next_record().unwrap().unwrap().cells, ["a", "b"]);
    assert_eq!(records.next_record().unwrap().unwrap().cells, ["1", "2"]);
    assert_eq!(records.next_record(), Some(Err(RowError { line: 3, problem: RowProblem::Unreadable })));
    assert_eq!(records.next_record(), None);
}

#[test]
fn text_guarded_for_spreadsheets_comes_back_as_it_was() {
    for (written, read) in [
        ("'=1+1", "=1+1"),
        ("'+66", "+66"),
        ("'-5", "-5"),
        ("'@x", "@x"),
        ("'\tx", "\tx"),
        ("\"'\rx\"", "\rx"),
        ("''=x", "'=x"),
        ("''tis", "'tis"),
        ("'tis", "'tis"),
        ("=1+1", "=1+1"),
        ("'", "'"),
        ("a'=b", "a'=b"),
    ] {
        check(
            "deals.tsv",
            format!("a;b\n{written};1\n").as_bytes(),
            &TableOptions { delimiter: Some(b';'), ..TableOptions::default() },
            &["a", "b"],
            &[(2, &[read, "1"])],
            &[],
        );
    }
}

#[test]
fn files_that_are_not_there_or_of_no_known_kind_are_refused() {
    let (folder, path) = file("deals.pdf", b"x");
    let open = |path: &Path| Table::open(path, &TableOptions::default()).unwrap_err().to_string();
    assert!(open(&path).ends_with(
        "deals.pdf is of no known kind; its name must end in .csv, .tsv, .txt, .xlsx, .xlsm, .xlsb, .xls or .ods"
    ));
    assert!(open(&folder.path().join("none.csv")).starts_with("there is no file "));
    let directory = folder.path().join("folder.csv");
    std::fs::create_dir(&directory).unwrap();
    assert!(open(&directory).contains("folder.csv cannot be read"));
}

#[test]
fn progress_counts_the_bytes_of_the_file() {
    let (_folder, path) = file("deals.csv", b"");
    std::fs::write(&path, format!("id,name\n{}", "12,Acme\n".repeat(50_000))).unwrap();
    let mut table = Table::open(&path, &TableOptions::default()).unwrap();
    assert_eq!(table.bytes_total(), 8 + 50_000 * 8);
    let mut before = 0;
    while let Some(row) = table.next_row() {
        assert_eq!(row.unwrap().get(1), "Acme");
        assert!(table.bytes_read() >= before && table.bytes_read() <= table.bytes_total());
        before = table.bytes_read();
    }
    assert_eq!(before, table.bytes_total());
}

#[test]
fn exports_of_known_systems_read_to_typed_values() {
    let text = "\u{feff}Id,IsWon,Name,Description,ExpectedRevenue,CreatedDate\r\n\
        006f4000002NAbG,1,Assessment,\"Pain: training\r\n- too \"\"intense\"\"\",\
        15153.599999999999,2024-07-11T21:22:07.000+0000\r\n\
        006f4000002NAbH,,Audit,,\"1,840.80\",2024-07-12T01:02:03.000+0000\r\n";
    let (columns, rows) = read_with("Opportunity.csv", text.as_bytes(), &TableOptions::default()).unwrap();
    assert_eq!(columns[0], "Id");
    let format = parse::NumberFormat::default();
    let values: Vec<(bool, Amount, bool)> = rows
        .iter()
        .flatten()
        .map(|row| {
            let (amount, rounded) = parse::decimal(row.get(4), format).unwrap();
            (parse::flag(row.get(1)).unwrap(), amount, rounded)
        })
        .collect();
    assert_eq!(values, [(true, "15153.6".parse().unwrap(), true), (false, "1840.8".parse().unwrap(), false)]);
    assert_eq!(rows[1].as_ref().unwrap().line, 4);

    for (name, text, column, words, expected) in [
        ("orders.csv", "OrderID,OrderDate\n10248,7/4/1996\n", 1, &["month/day/year"][..], "1996-07-04"),
        (
            "employees.csv",
            "EmployeeID,Title,HireDate\n2,\"Vice President, Sales\",08/14/1992\n",
            2,
            &["month/day/year"],
            "1992-08-14",
        ),
        (
            "quotas.csv",
            "BusinessEntityID,QuotaDate,SalesQuota\n274,2022-05-30 00:00:00.000,28000.0000\n",
            1,
            &[],
            "2022-05-30",
        ),
        ("roles.csv", "id;synced\r\n12345;21.11.2569", 1, &["day.month.year"], "2026-11-21"),
    ] {
        let (_, rows) = read_with(name, text.as_bytes(), &TableOptions::default()).unwrap();
        let formats = parse::DateFormats::parse(words).unwrap();
        let found = parse::date(rows[0].as_ref().unwrap().get(column), &formats).unwrap();
        assert_eq!(found.to_string(), expected, "{name}");
    }
}

proptest! {
    #[test]
    fn what_is_written_with_quotes_reads_back(
        rows in prop::collection::vec(prop::collection::vec("[a-zก-ฮ,;\"\r\n\t ]{0,12}", 3), 0..12),
        delimiter in prop::sample::select(vec![b',', b';', b'\t', b'|']),
        end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
    ) {
        let separator = char::from(delimiter).to_string();
        let mut text = ["x", "y", "z"].join(&separator) + end;
        for row in &rows {
            let quoted: Vec<String> = row.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
            text = text + &quoted.join(&separator) + end;
        }
        let options = TableOptions { delimiter: Some(delimiter), ..TableOptions::default() };
        let (_, found) = read_with("law.csv", text.as_bytes(), &options).unwrap();
        let found: Vec<Vec<String>> = found.into_iter().map(|row| row.unwrap().cells).collect();
        let expected: Vec<Vec<String>> = rows.into_iter().filter(|row| !is_blank(row)).collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn no_bytes_make_the_reader_fail_otherwise_than_with_an_error(
        bytes in prop::collection::vec(prop::sample::select(b"ab,\"\r\n\0\xE0\xB8\x81 ;'=".to_vec()), 0..200),
    ) {
        for name in ["noise.csv", "noise.xlsx"] {
            if let Ok((columns, rows)) = read_with(name, &bytes, &named("windows-1252")) {
                prop_assert!(rows.into_iter().flatten().all(|row| row.cells.len() == columns.len()));
            }
        }
    }
}
