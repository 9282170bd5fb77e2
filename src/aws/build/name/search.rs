//! Data sources that search: which resources of this configuration they may find.
//!
//! A data source without an id finds whatever matches, also what the same configuration makes: on the
//! first apply with `depends_on`, later without. So its id, or each of the ids that a plural data source lists, may be
//! that of a managed resource that matches. What is not known matches, perhaps; tags of the provider's `default_tags`
//! count where the input lists them (`tags_all`).

use std::collections::BTreeMap;

use super::data_id;
use crate::terraform::address::{Address, Mode};
use crate::terraform::resource::Resource;
use crate::terraform::value::{Step, Value};

/// The attributes of a data source that hold the id of what it finds.
const FOUND_IDS: [&str; 4] = ["id", "arn", "route_table_id", "internet_gateway_id"];

/// Data sources that list the ids of everything that they find, and the type of what that is.
const LISTS: [(&str, &str); 10] = [
    ("aws_eips", "aws_eip"),
    ("aws_instances", "aws_instance"),
    ("aws_nat_gateways", "aws_nat_gateway"),
    ("aws_network_acls", "aws_network_acl"),
    ("aws_network_interfaces", "aws_network_interface"),
    ("aws_route_tables", "aws_route_table"),
    ("aws_security_groups", "aws_security_group"),
    ("aws_subnet_ids", "aws_subnet"),
    ("aws_subnets", "aws_subnet"),
    ("aws_vpcs", "aws_vpc"),
];

/// Types that their data sources find by where they are or what they are called, without any tag.
const FOUND_BY_ARGUMENTS: [&str; 8] = [
    "aws_internet_gateway",
    "aws_nat_gateway",
    "aws_network_interface",
    "aws_route_table",
    "aws_security_group",
    "aws_subnet",
    "aws_vpc",
    "aws_vpc_endpoint",
];

/// Filters that ask for an argument of a resource, by their name in the API of EC2.
const FILTERED_ARGUMENTS: [(&str, &str); 6] = [
    ("availability-zone", "availability_zone"),
    ("cidr", "cidr_block"),
    ("cidr-block", "cidr_block"),
    ("group-name", "name"),
    ("service-name", "service_name"),
    ("vpc-id", "vpc_id"),
];

/// Arguments of data sources that say what a resource is asked for by.
const ASKED_ARGUMENTS: [&str; 5] = [
    "availability_zone",
    "cidr_block",
    "name",
    "service_name",
    "vpc_id",
];

/// What the data sources of a resource set that search may find in it.
#[derive(Default)]
pub(super) struct Searches<'w>(BTreeMap<&'w Address, Vec<&'w Resource>>);

impl<'w> Searches<'w> {
    /// Searches once for all references: many subnets may name the VPC that one data source finds.
    pub(super) fn of(resources: &'w [Resource]) -> Self {
        let searches = resources.iter().filter_map(|data_source| {
            let search = Search::of(data_source)?;
            let may_find = |resource: &&Resource| search.matches(resource) != Match::No;
            let found = resources.iter().filter(may_find);
            Some((&data_source.address, found.collect()))
        });
        Self(searches.collect())
    }

    /// The resources that a part of a data source may be the id of; `None` where it is not the id of what it finds.
    pub(super) fn found(&self, data_source: &Resource, path: &[Step]) -> Option<&[&'w Resource]> {
        let found = self.0.get(&data_source.address)?;
        let is_id = match (listed(&data_source.address.kind), path) {
            (Some(_), [Step::Name(ids), _, ..]) => &**ids == "ids",
            (None, [Step::Name(id)]) => FOUND_IDS.contains(&&**id),
            _ => false,
        };
        is_id.then_some(found)
    }
}

/// The type of the resources whose ids a data source lists.
fn listed(kind: &str) -> Option<&'static str> {
    let (_, listed) = LISTS.iter().find(|(list, _)| *list == kind)?;
    Some(listed)
}

/// Whether a data source finds a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::aws) enum Match {
    /// It does not.
    No,
    /// That depends on what is not known, or it asks for nothing by which the resource can be told from others.
    Maybe,
    /// Everything that it asks for is known and holds.
    Yes,
}

/// What a data source asks for.
pub(in crate::aws) struct Search<'w> {
    kind: &'w str,
    criteria: Vec<Criterion<'w>>,
    /// Whether it asks for a default object of the account, which no resource of these types is.
    is_for_default: bool,
}

impl<'w> Search<'w> {
    /// `None` for what is no data source, says by id what it reads, or has a type of which nothing is known.
    pub(in crate::aws) fn of(data_source: &'w Resource) -> Option<Self> {
        let kind = &*data_source.address.kind;
        let criteria = criteria(data_source);
        let has_tags = criteria
            .iter()
            .any(|asked| matches!(asked.of, Asked::Tag(_)));
        let is_by_arguments = || FOUND_BY_ARGUMENTS.contains(&kind) && !has_id(data_source);
        let searches = listed(kind).is_some() || has_tags || is_by_arguments();
        let is_true = |argument: &str| {
            let value = data_source.body.get(argument).map(Value::unmarked);
            matches!(value, Some(Value::Bool(true)))
        };
        (data_source.address.mode == Mode::Data && searches).then(|| Self {
            kind: listed(kind).unwrap_or(kind),
            criteria,
            is_for_default: ["default", "default_for_az"].into_iter().any(is_true),
        })
    }

    /// The type of what it finds.
    pub(in crate::aws) fn kind(&self) -> &'w str {
        self.kind
    }

    /// Whether it finds a resource.
    pub(in crate::aws) fn matches(&self, resource: &Resource) -> Match {
        let is_managed = resource.address.mode == Mode::Managed;
        if !is_managed || &*resource.address.kind != self.kind || self.is_for_default {
            return Match::No;
        }
        let matches = self.criteria.iter().map(|asked| asked.matches(resource));
        matches.min().unwrap_or(Match::Maybe)
    }
}

fn has_id(data_source: &Resource) -> bool {
    data_id(data_source).is_some_and(|id| !matches!(id.unmarked(), Value::Null))
}

/// A tag or argument that a data source asks for, and the values that match.
struct Criterion<'w> {
    of: Asked<'w>,
    values: Vec<&'w Value>,
}

enum Asked<'w> {
    Tag(&'w str),
    Argument(&'static str),
}

fn criteria(data_source: &Resource) -> Vec<Criterion<'_>> {
    let body = &data_source.body;
    let tags = body.get("tags").and_then(|tags| tags.fields());
    let tags = tags.into_iter().flatten().map(|(key, value)| Criterion {
        of: Asked::Tag(key),
        values: vec![value],
    });
    let arguments = ASKED_ARGUMENTS.into_iter().filter_map(|argument| {
        Some(Criterion {
            of: Asked::Argument(argument),
            values: vec![body.get(argument)?],
        })
    });
    let filters = body.blocks.get("filter").into_iter();
    let filters = filters
        .flat_map(|blocks| &blocks.bodies)
        .filter_map(|filter| {
            let name = filter.get("name")?.as_str()?;
            let argument = FILTERED_ARGUMENTS
                .iter()
                .find(|(filter_name, _)| *filter_name == name);
            let of = match argument {
                Some((_, argument)) => Asked::Argument(argument),
                None => Asked::Tag(name.strip_prefix("tag:")?),
            };
            let values = filter.get("values")?;
            // Values that are not known as a list are one unknown value.
            let values = values
                .elements()
                .map_or_else(|| vec![values], Vec::from_iter);
            Some(Criterion { of, values })
        });
    tags.chain(arguments).chain(filters).collect()
}

impl Criterion<'_> {
    fn matches(&self, resource: &Resource) -> Match {
        match self.of {
            Asked::Tag(key) => {
                let tags = ["tags_all", "tags"].iter();
                let tags = tags.filter_map(|name| resource.body.get(name));
                let matches = tags.map(|tags| self.matches_tags(key, tags.unmarked()));
                matches.max().unwrap_or(Match::No)
            }
            Asked::Argument(argument) => match resource.body.get(argument).map(Value::unmarked) {
                // Without a name, the provider makes one up.
                None | Some(Value::Null) if argument == "name" => Match::No,
                None | Some(Value::Null) => Match::Maybe,
                Some(given) => self.matches_value(given),
            },
        }
    }

    fn matches_tags(&self, key: &str, tags: &Value) -> Match {
        match (tags, tags.fields()) {
            (Value::Null, _) => Match::No,
            (_, Some(fields)) => {
                let value = fields.get(key);
                value.map_or(Match::No, |value| self.matches_value(value))
            }
            (_, None) => Match::Maybe,
        }
    }

    fn matches_value(&self, given: &Value) -> Match {
        let matches = self.values.iter().map(|asked| matches(asked, given));
        matches.max().unwrap_or(Match::Maybe)
    }
}

/// Whether a value of a criterion stands for a value of a resource.
fn matches(asked: &Value, given: &Value) -> Match {
    match (asked.unmarked(), given.unmarked()) {
        // `*` and `?` stand for other characters in the values of a filter.
        (Value::String(asked), Value::String(_)) if asked.contains(['*', '?']) => Match::Maybe,
        (Value::String(asked), Value::String(given)) if asked == given => Match::Yes,
        (Value::String(_), Value::String(_)) => Match::No,
        (Value::Reference(asked), Value::Reference(given)) => {
            let managed = |address: &Address| address.mode == Mode::Managed;
            match asked.address == given.address {
                true => Match::Yes,
                false if managed(&asked.address) && managed(&given.address) => Match::No,
                false => Match::Maybe,
            }
        }
        _ => Match::Maybe,
    }
}
