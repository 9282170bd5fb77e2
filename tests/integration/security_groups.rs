//! The rules about security groups, against packets that are tried one by one and against what other
//! checkers get wrong.

use std::fmt::Write;
use std::net::Ipv4Addr;

use tfvpc::Options;
use tfvpc::rules::find;
use tfvpc::rules::options::RuleOptions;
use tfvpc::rules::selection::{Selection, Selector};

use crate::support::checked;

/// Findings as `rule subject`, sorted.
fn findings(rules: &[&'static str], texts: &[(&str, &str)]) -> Vec<String> {
    let selectors = rules.iter().map(|name| {
        let rule = find(name).expect("a rule");
        Selector::Rule(rule.name)
    });
    let selection = Selection {
        select: selectors.collect(),
        ..Selection::default()
    };
    let report = checked::report(texts, &Options::default(), &selection);
    let findings = report.findings.iter().map(|entry| &entry.finding);
    let mut names: Vec<String> = findings
        .map(|finding| format!("{} {}", finding.rule, finding.subject))
        .collect();
    names.sort();
    names
}

/// Numbers that follow from a seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        let at = self.below(from.len() as u64);
        from[usize::try_from(at).expect("a place in the list")]
    }
}

/// One rule as somebody writes it.
#[derive(Clone, Copy, Debug)]
struct Written {
    cidr: (&'static str, u32, u32),
    protocol: &'static str,
    from: u16,
    to: u16,
    is_block: bool,
}

/// CIDRs with their address and length: the world, parts that make it up, and others.
const CIDRS: [(&str, u32, u32); 9] = [
    ("0.0.0.0/0", 0, 0),
    ("0.0.0.0/1", 0, 1),
    ("128.0.0.0/1", 0x8000_0000, 1),
    ("128.0.0.0/2", 0x8000_0000, 2),
    ("192.0.0.0/2", 0xc000_0000, 2),
    ("0.0.0.0/2", 0, 2),
    ("64.0.0.0/2", 0x4000_0000, 2),
    ("10.0.0.0/8", 0x0a00_0000, 8),
    ("52.216.0.0/15", 0x34d8_0000, 15),
];

const PORTS: [(u16, u16); 8] = [
    (0, 65535),
    (0, 1023),
    (1024, 65535),
    (22, 22),
    (80, 443),
    (3000, 3400),
    (8443, 8443),
    (0, 0),
];

impl Written {
    fn random(random: &mut Random) -> Self {
        let (from, to) = random.pick(&PORTS);
        Self {
            cidr: random.pick(&CIDRS),
            protocol: random.pick(&["tcp", "tcp", "udp", "icmp", "-1", "6"]),
            from,
            to,
            is_block: random.below(2) == 0,
        }
    }

    fn admits(&self, address: Ipv4Addr, protocol: &str, port: u16) -> bool {
        let (_, network, length) = self.cidr;
        let matches = length == 0 || (address.to_bits() ^ network) >> (32 - length) == 0;
        let protocol_name = if self.protocol == "6" {
            "tcp"
        } else {
            self.protocol
        };
        let passes = protocol_name == "-1"
            || protocol_name == protocol && (self.from..=self.to).contains(&port);
        matches && passes
    }

    fn hcl(&self, n: usize) -> (String, String) {
        let (cidr, ..) = self.cidr;
        let (from, to) = match self.protocol {
            "icmp" => (-1, -1),
            "-1" => (0, 0),
            _ => (i32::from(self.from), i32::from(self.to)),
        };
        let ports = format!("from_port = {from}\nto_port = {to}");
        let protocol = self.protocol;
        if self.is_block {
            let block = format!(
                "ingress {{\nprotocol = \"{protocol}\"\n{ports}\ncidr_blocks = [\"{cidr}\"]\n}}\n"
            );
            return (block, String::new());
        }
        let ports = if protocol == "-1" { "" } else { &ports };
        let resource = format!(
            "resource \"aws_vpc_security_group_ingress_rule\" \"r{n}\" {{\n\
             security_group_id = aws_security_group.g.id\nip_protocol = \"{protocol}\"\n{ports}\n\
             cidr_ipv4 = \"{cidr}\"\n}}\n"
        );
        (String::new(), resource)
    }
}

/// Addresses of the internet on both sides of the edges of every CIDR above.
fn samples() -> Vec<Ipv4Addr> {
    let edges = CIDRS.iter().flat_map(|(_, network, length)| {
        let size = 1u64 << (32 - length);
        [u64::from(*network), u64::from(*network) + size]
    });
    let near = edges.flat_map(|edge| [edge.saturating_sub(0x2100_0000), edge, edge + 0x0100_0000]);
    let numbers = near.filter_map(|number| u32::try_from(number).ok());
    let public = |address: &Ipv4Addr| {
        let [first, ..] = address.octets();
        (1..=223).contains(&first) && ![10, 100, 127, 169, 172, 192, 198, 203].contains(&first)
    };
    numbers.map(Ipv4Addr::from_bits).filter(public).collect()
}

fn brute_force(rules: &[Written], samples: &[Ipv4Addr]) -> Option<&'static str> {
    let is_open = |protocol, port| {
        let mut samples = samples.iter();
        samples.all(|address| {
            rules
                .iter()
                .any(|rule| rule.admits(*address, protocol, port))
        })
    };
    let ports = RuleOptions::default().sensitive_ports;
    let tried = [
        1, 20, 22, 23, 79, 135, 80, 443, 444, 1023, 1024, 2999, 3306, 3389, 3400, 3401, 8443, 65535,
    ];
    let protocols = ["tcp", "udp"];
    if protocols
        .iter()
        .any(|protocol| tried.iter().all(|port| is_open(protocol, *port)))
    {
        return Some("sg_open_all_ports");
    }
    let sensitive = tried.into_iter().filter(|port| ports.contains(*port));
    let mut open = sensitive.flat_map(|port| protocols.map(|protocol| is_open(protocol, port)));
    open.any(|open| open).then_some("sg_open_sensitive_port")
}

#[test]
fn random_groups_are_open_if_and_only_if_every_packet_that_is_tried_passes() {
    let samples = samples();
    assert!(samples.len() > 20);
    let mut random = Random(0x5eed_1234_5678_9abc);
    let mut seen = [0; 3];
    for _ in 0..400 {
        let count = 1 + random.below(5);
        let rules: Vec<Written> = (0..count).map(|_| Written::random(&mut random)).collect();
        let expected = brute_force(&rules, &samples);
        let (mut blocks, mut resources) = (String::new(), String::new());
        for (n, rule) in rules.iter().enumerate() {
            let (block, resource) = rule.hcl(n);
            blocks.push_str(&block);
            resources.push_str(&resource);
        }
        let mut text = String::new();
        let _ = write!(
            text,
            "resource \"aws_security_group\" \"g\" {{\n{blocks}}}\n{resources}"
        );
        let rules_run = ["sg_open_all_ports", "sg_open_sensitive_port"];
        let found = findings(&rules_run, &[("main.tf", &text)]);
        let found: Vec<&str> = found
            .iter()
            .filter_map(|one| one.split(' ').next())
            .collect();
        assert_eq!(found, Vec::from_iter(expected), "{rules:#?}");
        seen[rules_run
            .iter()
            .position(|rule| Some(*rule) == expected)
            .map_or(0, |at| at + 1)] += 1;
    }
    assert!(
        seen.iter().all(|count| *count > 20),
        "all outcomes are tried: {seen:?}"
    );
}

#[test]
fn a_world_that_is_filtered_mapped_and_passed_through_modules_is_still_the_world() {
    let main = r#"
locals {
  networks = {
    office = { cidr = "10.0.0.0/8", open = false }
    low    = { cidr = "0.0.0.0/1", open = true }
    high   = { cidr = "128.0.0.0/1", open = true }
  }
}
module "group" {
  source   = "./group"
  networks = [for name, network in local.networks : network.cidr if network.open]
}
"#;
    let group = r#"
variable "networks" { type = list(string) }
resource "aws_security_group" "this" {
  ingress {
    protocol  = "-1"
    from_port = 0
    to_port   = 0
    self      = true
  }
  dynamic "ingress" {
    for_each = toset(var.networks)
    iterator = network
    content {
      protocol    = "tcp"
      from_port   = 0
      to_port     = 3389
      cidr_blocks = [network.value]
    }
  }
}
"#;
    let texts = [("main.tf", main), ("group/main.tf", group)];
    let expected = ["sg_open_sensitive_port module.group.aws_security_group.this"];
    let rules = ["sg_open_all_ports", "sg_open_sensitive_port"];
    assert_eq!(findings(&rules, &texts), expected);
}

#[test]
fn a_group_that_is_handed_to_a_module_is_used() {
    let call = |source: &str| {
        format!(
            "resource \"aws_security_group\" \"g\" {{}}\n\
             module \"m\" {{\nsource = \"{source}\"\ngroups = [aws_security_group.g.id]\n}}\n"
        )
    };
    let (here, missing) = (call("./m"), call("example/m/aws"));
    let module = "variable \"groups\" {}\n";
    let texts = [("main.tf", &*here), ("m/main.tf", module)];
    assert_eq!(findings(&["sg_unused"], &texts), [""; 0]);
    assert_eq!(findings(&["sg_unused"], &[("main.tf", &missing)]), [""; 0]);
}

#[test]
fn what_is_known_after_apply_neither_opens_nor_closes_a_group() {
    let text = |cidr: &str| {
        format!(
            "resource \"aws_eip\" \"e\" {{}}\nresource \"aws_security_group\" \"g\" {{\n\
             ingress {{\nprotocol = \"tcp\"\nfrom_port = 22\nto_port = 22\ncidr_blocks = [{cidr}]\n}}\n}}\n"
        )
    };
    let rule = ["sg_open_sensitive_port"];
    let unknown = text("\"${aws_eip.e.public_ip}/32\"");
    assert_eq!(findings(&rule, &[("main.tf", &unknown)]), [""; 0]);
    let both = text("\"${aws_eip.e.public_ip}/32\", \"0.0.0.0/0\"");
    let expected = ["sg_open_sensitive_port aws_security_group.g"];
    assert_eq!(findings(&rule, &[("main.tf", &both)]), expected);
}
