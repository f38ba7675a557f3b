//! Event streams after the WHATWG rules.

use weirgate_wire::framing::sse::SseParser;

fn events(stream: &[u8]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut parser = SseParser::new();
    let mut take = |event: weirgate_wire::framing::sse::SseEvent<'_>| {
        found.push((
            event.event.to_owned(),
            String::from_utf8_lossy(event.data).into_owned(),
        ));
    };
    parser.push(stream, &mut take);
    parser.finish(&mut take);
    found
}

fn data(stream: &str) -> Vec<String> {
    events(stream.as_bytes())
        .into_iter()
        .map(|(_, data)| data)
        .collect()
}

#[test]
fn lines_end_with_any_break_and_several_data_lines_are_one_event() {
    for line_break in ["\n", "\r\n", "\r"] {
        let stream = "data: YHOO\ndata: +2\ndata: 10\n\n".replace('\n', line_break);
        assert_eq!(data(&stream), ["YHOO\n+2\n10"]);
    }
}

#[test]
fn one_blank_after_the_colon_is_taken_off_and_no_more() {
    assert_eq!(
        data("data:test\n\ndata: test\n\ndata:  test\n\n"),
        ["test", "test", " test"]
    );
}

#[test]
fn comments_and_unknown_fields_say_nothing() {
    assert_eq!(
        data(": PING\n\nretry: 10\nfoo: bar\nid: 1\ndata: x\n\n"),
        ["x"]
    );
}

#[test]
fn a_field_without_a_colon_has_an_empty_value() {
    assert_eq!(data("data\n\ndata\ndata\n\n"), ["", "\n"]);
}

#[test]
fn the_event_name_belongs_to_one_event() {
    let found = events(b"\xEF\xBB\xBFevent: add\ndata: 1\n\ndata: 2\n\n");
    assert_eq!(
        found,
        [
            ("add".to_owned(), "1".to_owned()),
            (String::new(), "2".to_owned())
        ]
    );
}

#[test]
fn a_last_event_without_its_blank_line_is_handed_over() {
    assert_eq!(data("data: 1\n\ndata: 2"), ["1", "2"]);
}

#[test]
fn an_oversize_event_is_dropped_and_the_next_one_is_read() {
    let mut found = Vec::new();
    let mut parser = SseParser::new();
    let piece = vec![b'x'; 1024 * 1024];
    parser.push(b"data: ", &mut |_| ());
    for _ in 0..20 {
        parser.push(&piece, &mut |event| found.push(event.data.len()));
    }
    parser.push(b"\n\ndata: 1\n\n", &mut |event| {
        found.push(event.data.len());
    });
    assert_eq!((found, parser.dropped()), (vec![1], 1));
}
