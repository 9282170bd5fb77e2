//! The AWS services that have VPC endpoints, with the names of their endpoint services, their private DNS
//! names and ports, from `endpoint_services.tsv`.

use std::sync::LazyLock;

use super::regions;

/// A service of AWS that has VPC endpoints.
#[derive(Debug)]
pub struct AwsService {
    /// Its name without Region: `s3`, `ecr.api`.
    pub name: &'static str,
    /// The beginnings of its endpoint services' names, with `{region}`; the usual one first.
    prefixes: Vec<&'static str>,
    /// Whether it has gateway endpoints.
    pub has_gateway: bool,
    /// Whether it has interface endpoints.
    pub has_interface: bool,
    /// Whether its endpoints have policies, if that is known.
    pub has_policy: Option<bool>,
    /// The port that clients connect to.
    pub port: u16,
    private_dns: &'static str,
}

impl AwsService {
    /// The name of its endpoint service in a Region: `com.amazonaws.eu-west-1.s3`.
    pub fn service_name(&self, region: &str) -> String {
        let prefix = self.prefixes.first().copied().unwrap_or(USUAL_PREFIX);
        format!("{}.{}", prefix.replace("{region}", region), self.name)
    }

    /// The names that private DNS answers in a Region, `*.` for all names below; empty if there are
    /// none or the table does not know them.
    pub fn private_dns_names(&self, region: &str) -> Vec<String> {
        let suffix = regions::region(region).map(|region| region.partition.dns_suffix);
        let fill = |name: &str| {
            let form = if name == "=" { "{s}.{r}.{d}" } else { name };
            let in_region = form.replace("{s}", self.name).replace("{r}", region);
            in_region.replace("{d}", suffix.unwrap_or("amazonaws.com"))
        };
        let names = self.private_dns.split(',').filter(|name| !name.is_empty());
        names.map(fill).collect()
    }
}

/// A service by its name without Region.
pub fn service(name: &str) -> Option<&'static AwsService> {
    let services = services();
    let at = services.binary_search_by(|service| service.name.cmp(name));
    services.get(at.ok()?)
}

/// Whether a service of this name has gateway endpoints.
pub fn has_gateway(name: &str) -> bool {
    service(name).is_some_and(|service| service.has_gateway)
}

/// The service that a user means by a name that no service has: another spelling (`ecr-api`), or the
/// name of AWS's console and guides (`cloudwatch`).
pub fn meant_by(name: &str) -> Option<&'static AwsService> {
    let letters = letters(name);
    let common = COMMON_NAMES.iter().find(|(common, _)| *common == letters);
    match common {
        Some((_, meant)) => service(meant),
        None => list().find(|service| self::letters(service.name) == letters),
    }
}

fn letters(name: &str) -> String {
    name.replace(['.', '-', '_'], "").to_ascii_lowercase()
}

/// Common names of services, in lower case and without signs between the words.
const COMMON_NAMES: [(&str, &str); 23] = [
    ("cloudwatch", "monitoring"),
    ("cloudwatchevents", "events"),
    ("cloudwatchlogs", "logs"),
    ("cloudwatchmonitoring", "monitoring"),
    ("codeartifact", "codeartifact.api"),
    ("dkrecr", "ecr.dkr"),
    ("ecr", "ecr.api"),
    ("efs", "elasticfilesystem"),
    ("elb", "elasticloadbalancing"),
    ("emr", "elasticmapreduce"),
    ("eventbridge", "events"),
    ("firehose", "kinesis-firehose"),
    ("kinesis", "kinesis-streams"),
    ("msk", "kafka"),
    ("sagemaker", "sagemaker.api"),
    ("sagemakerruntime", "sagemaker.runtime"),
    ("secretmanager", "secretsmanager"),
    ("ses", "email-smtp"),
    ("sessionmanager", "ssmmessages"),
    ("sfn", "states"),
    ("stepfunctions", "states"),
    ("systemsmanager", "ssm"),
    ("xrays", "xray"),
];

/// The parts of the name of an AWS endpoint service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceName<'a> {
    /// The Region; `None` for a global service.
    pub region: Option<&'a str>,
    /// The service: `ecr.api`.
    pub service: &'a str,
}

/// Splits the name of an endpoint service; `None` if it is no service of AWS itself. A service that is
/// missing in the table is recognised by the form of its name.
pub fn parse_service_name(name: &str) -> Option<ServiceName<'_>> {
    let dots = name.match_indices('.').map(|(at, _)| at);
    let mut splits = dots.map(|at| (&name[..at], &name[at + 1..]));
    let listed = splits.find_map(|(prefix, rest)| {
        let forms = service(rest)?.prefixes.iter();
        let mut names = forms.filter_map(|form| match_prefix(form, prefix, rest));
        names.next()
    });
    listed.or_else(|| unlisted(name))
}

/// The Region that stands for `{region}` in a form, if the prefix has that form.
fn match_prefix<'a>(form: &str, prefix: &'a str, service: &'a str) -> Option<ServiceName<'a>> {
    let region = match form.strip_suffix("{region}") {
        Some(start) => prefix
            .strip_prefix(start)
            .filter(|region| !region.contains('.')),
        None => None,
    };
    (region.is_some() || prefix == form).then_some(ServiceName { region, service })
}

/// A name in the usual form: `com.amazonaws.<region>.<service>`. `vpce` in place of the Region marks
/// the services of AWS's customers (`com.amazonaws.vpce.eu-west-1.vpce-svc-…`).
fn unlisted(name: &str) -> Option<ServiceName<'_>> {
    let (before, rest) = name.split_once("com.amazonaws.")?;
    let (region, service) = rest.split_once('.')?;
    let is_aws = (before.is_empty() || before == "cn.") && region != "vpce";
    let region = Some(region);
    is_aws.then_some(ServiceName { region, service })
}

/// Every service, in the order of their names.
pub fn list() -> impl Iterator<Item = &'static AwsService> {
    services().iter()
}

/// The date of the table.
pub fn date() -> &'static str {
    super::date_of(TEXT)
}

const TEXT: &str = include_str!("endpoint_services.tsv");

const USUAL_PREFIX: &str = "com.amazonaws.{region}";

/// In the order of their names, as the rows are.
fn services() -> &'static [AwsService] {
    static SERVICES: LazyLock<Vec<AwsService>> = LazyLock::new(|| {
        let mut services: Vec<AwsService> = Vec::new();
        // A service with names of two forms has two rows.
        for service in super::rows(TEXT).filter_map(read_service) {
            match services.last_mut() {
                Some(last) if last.name == service.name => last.prefixes.extend(service.prefixes),
                _ => services.push(service),
            }
        }
        services
    });
    &SERVICES
}

fn read_service(row: &'static str) -> Option<AwsService> {
    let mut fields = row.split('\t');
    let name = fields.next()?;
    let prefix = fields.next()?;
    let types = fields.next()?;
    let policy = fields.next()?;
    let port = fields.next().unwrap_or_default();
    Some(AwsService {
        name,
        prefixes: vec![if prefix == "=" { USUAL_PREFIX } else { prefix }],
        has_gateway: types.contains('G'),
        has_interface: types.contains('I'),
        has_policy: match policy {
            "y" => Some(true),
            "n" => Some(false),
            _ => None,
        },
        port: port.parse().unwrap_or(443),
        private_dns: fields.next().unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read_and_found_by_its_name() {
        assert!(services().is_sorted_by(|left, right| left.name < right.name));
        let prefixes = list().map(|service| service.prefixes.len());
        assert_eq!(super::super::rows(TEXT).count(), prefixes.sum::<usize>());
    }

    #[test]
    fn a_service_name_tells_region_and_service() {
        let names = [
            (
                "com.amazonaws.eu-west-1.ecr.api",
                Some((Some("eu-west-1"), "ecr.api")),
            ),
            (
                "aws.sagemaker.us-east-1.notebook",
                Some((Some("us-east-1"), "notebook")),
            ),
            ("com.amazonaws.iam", Some((None, "iam"))),
            (
                "com.amazonaws.s3-global.accesspoint",
                Some((None, "s3-global.accesspoint")),
            ),
            (
                "com.amazonaws.eu-west-1.s4",
                Some((Some("eu-west-1"), "s4")),
            ),
            (
                "cn.com.amazonaws.cn-north-1.ecs",
                Some((Some("cn-north-1"), "ecs")),
            ),
            (
                "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0",
                None,
            ),
            ("s3", None),
            ("", None),
        ];
        for (name, parsed) in names {
            let found = parse_service_name(name).map(|name| (name.region, name.service));
            assert_eq!(found, parsed, "{name}");
        }
    }

    #[test]
    fn names_follow_the_service_and_the_partition() {
        let api = service("ecr.api").expect("it exists");
        assert_eq!(
            api.service_name("eu-west-1"),
            "com.amazonaws.eu-west-1.ecr.api"
        );
        assert_eq!(
            api.private_dns_names("eu-west-1"),
            ["api.ecr.eu-west-1.amazonaws.com"]
        );
        let s3 = service("s3").expect("it exists");
        let names = [
            "s3.cn-north-1.amazonaws.com.cn",
            "*.s3.cn-north-1.amazonaws.com.cn",
        ];
        assert_eq!(s3.private_dns_names("cn-north-1"), names);
        let notebook = service("notebook").expect("it exists");
        assert_eq!(
            notebook.service_name("us-east-1"),
            "aws.sagemaker.us-east-1.notebook"
        );
    }

    #[test]
    fn only_three_services_have_gateway_endpoints() {
        let gateways: Vec<_> = list().filter(|s| s.has_gateway).map(|s| s.name).collect();
        assert_eq!(gateways, ["dynamodb", "s3", "s3express"]);
        assert_eq!(service("cassandra").map(|service| service.port), Some(9142));
    }
}
