//! Regions mean the text that they claim, whatever the file is made of.

use serde_json::Value as Json;

use super::*;

const SOURCES: [(&str, &str); 6] = [
    ("tabs", "\tresource \"x\" \"y\" {\n\t\tcidr = 1\n\t}\n"),
    (
        "crlf",
        "a = 1\r\nb {\r\n  cidr = [\r\n    1,\r\n  ]\r\n}\r\n",
    ),
    (
        "emoji",
        "x = \"\u{1f600}\u{1f469}\u{200d}\u{1f680}\" /* \u{1f600} */ cidr = 1\n",
    ),
    (
        "combining",
        "x = \"e\u{301}o\u{308}\" # é\ny = { \"ä\": cidr }\n",
    ),
    ("mark", "\u{feff}\u{1f600} cidr = 1\ny = 2\n"),
    ("end", "x = 1\ncidr"),
];

/// The text of a region, read as SARIF defines it.
fn text_of(source: &str, region: &Json) -> String {
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    let number =
        |name: &str| usize::try_from(region[name].as_u64().expect("a number")).expect("small");
    let units: Vec<u16> = source.encode_utf16().collect();
    let starts: Vec<usize> = std::iter::once(0)
        .chain(
            units
                .iter()
                .enumerate()
                .filter(|(_, unit)| **unit == 10)
                .map(|(at, _)| at + 1),
        )
        .collect();
    let start = starts[number("startLine") - 1] + number("startColumn") - 1;
    let end = starts[number("endLine") - 1] + number("endColumn") - 1;
    String::from_utf16(&units[start..end]).expect("whole characters")
}

#[test]
fn every_region_of_sarif_holds_the_text_that_it_claims() {
    for (name, source) in SOURCES {
        let mut files = TestFiles {
            sources: Sources::default(),
        };
        let to_end = &source[source.find("cidr").expect("in every source")..];
        for part in ["cidr", to_end] {
            let span = files.span(name, source, part);
            let found = finding(address("aws_subnet", name)).at(span);
            let found = found.label(Label::new(&address("aws_vpc", "x"), "label", Some(span)));
            let roots = vec![(root("net"), vec![found], Vec::new())];
            let report = Report::of_findings(std::mem::take(&mut files.sources), Vec::new(), roots);
            let mut out = Vec::new();
            sarif::write(&report, &mut out).expect("writes to memory");
            let json: Json = serde_json::from_slice(&out).expect("JSON");
            let result = &json["runs"][0]["results"][0];
            for place in [&result["locations"][0], &result["relatedLocations"][0]] {
                let region = &place["physicalLocation"]["region"];
                assert_eq!(text_of(source, region), part, "{name}");
                assert_eq!(region["snippet"]["text"], part, "{name}");
            }
        }
    }
}

#[test]
fn what_has_no_line_has_a_place_all_the_same() {
    let mut plan = root("plan.json");
    plan.input = Input::Plan;
    let hop = route_hop(None);
    let found = finding(address("aws_subnet", "a")).path(vec![hop]);
    let report = Report::of_findings(
        Sources::default(),
        Vec::new(),
        vec![(plan, vec![found], Vec::new())],
    );
    let mut out = Vec::new();
    sarif::write(&report, &mut out).expect("writes to memory");
    let json: Json = serde_json::from_slice(&out).expect("JSON");
    let result = &json["runs"][0]["results"][0];
    let step = &result["codeFlows"][0]["threadFlows"][0]["locations"][0]["location"];
    for place in [&result["locations"][0], step] {
        let place = &place["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "plan.json");
        assert_eq!(place["region"]["startLine"], 1);
    }
}
