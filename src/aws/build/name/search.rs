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
use crate::terraform::value::{Reference, Step, Value};

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
            let may_find =
                |resource: &&Resource| search.matches(resource, Whose::OwnRoot) != Match::No;
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

/// Whose resource may be found: addresses are those of a root module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::aws) enum Whose {
    /// The root module of the data source.
    OwnRoot,
    /// Another one of the run.
    OtherRoot,
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
        if data_source.address.mode != Mode::Data {
            return None;
        }
        let kind = &*data_source.address.kind;
        let criteria = criteria(data_source);
        let is_tag = |asked: &Criterion| matches!(asked.of, Asked::Tag(_));
        let has_tags = data_source.body.get("tags").is_some() || criteria.iter().any(is_tag);
        let is_by_arguments = || FOUND_BY_ARGUMENTS.contains(&kind) && !has_id(data_source);
        let searches = listed(kind).is_some() || has_tags || is_by_arguments();
        let is_true = |argument: &str| {
            let value = data_source.body.get(argument).map(Value::unmarked);
            matches!(value, Some(Value::Bool(true)))
        };
        searches.then(|| Self {
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
    pub(in crate::aws) fn matches(&self, resource: &Resource, whose: Whose) -> Match {
        let is_managed = resource.address.mode == Mode::Managed;
        if !is_managed || &*resource.address.kind != self.kind || self.is_for_default {
            return Match::No;
        }
        let criteria = self.criteria.iter();
        let matches = criteria.map(|asked| asked.matches(resource, whose));
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
    /// What nobody here can tell resources apart by, or what is not known.
    Unread,
}

/// Arguments that do not say what is asked for, or are read in their own way.
const OTHER_ARGUMENTS: [&str; 4] = ["default", "default_for_az", "region", "tags"];

fn criteria(data_source: &Resource) -> Vec<Criterion<'_>> {
    let body = &data_source.body;
    let given_tags = body.get("tags");
    let tags = given_tags.and_then(|tags| tags.fields());
    let is_unread =
        |name: &str| !ASKED_ARGUMENTS.contains(&name) && !OTHER_ARGUMENTS.contains(&name);
    let unread = body.attributes.iter().filter(|(name, _)| is_unread(name));
    let unread = unread.map(|(_, attribute)| &attribute.value);
    let open_tags = given_tags.filter(|_| tags.is_none());
    let further = body
        .blocks
        .get("filter")
        .and_then(|filters| filters.further.as_ref());
    let unread = unread
        .chain(open_tags)
        .chain(further)
        .map(|value| Criterion {
            of: Asked::Unread,
            values: vec![value],
        });
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
            let of = match (argument, name.strip_prefix("tag:")) {
                (Some((_, argument)), _) => Asked::Argument(argument),
                (None, Some(key)) => Asked::Tag(key),
                (None, None) => Asked::Unread,
            };
            let values = filter.get("values")?;
            // Values that are not known as a list are one unknown value.
            let values = values
                .elements()
                .map_or_else(|| vec![values], Vec::from_iter);
            Some(Criterion { of, values })
        });
    tags.chain(arguments).chain(filters).chain(unread).collect()
}

impl Criterion<'_> {
    fn matches(&self, resource: &Resource, whose: Whose) -> Match {
        match self.of {
            Asked::Unread => Match::Maybe,
            Asked::Tag(key) => {
                let tags = ["tags_all", "tags"].iter();
                let tags = tags.filter_map(|name| resource.body.get(name));
                let matches = tags.map(|tags| self.matches_tags(key, tags.unmarked(), whose));
                matches.max().unwrap_or(Match::No)
            }
            Asked::Argument(argument) => match resource.body.get(argument).map(Value::unmarked) {
                // Without a name, the provider makes one up.
                None | Some(Value::Null) if argument == "name" => Match::No,
                None | Some(Value::Null) => Match::Maybe,
                Some(given) => self.matches_value(given, whose),
            },
        }
    }

    fn matches_tags(&self, key: &str, tags: &Value, whose: Whose) -> Match {
        match (tags, tags.fields()) {
            (Value::Null, _) => Match::No,
            (_, Some(fields)) => {
                let value = fields.get(key);
                value.map_or(Match::No, |value| self.matches_value(value, whose))
            }
            (_, None) => Match::Maybe,
        }
    }

    fn matches_value(&self, given: &Value, whose: Whose) -> Match {
        let matches = self.values.iter().map(|asked| matches(asked, given, whose));
        matches.max().unwrap_or(Match::Maybe)
    }
}

/// Whether a value of a criterion stands for a value of a resource.
fn matches(asked: &Value, given: &Value, whose: Whose) -> Match {
    match (asked.unmarked(), given.unmarked()) {
        // `*` and `?` stand for other characters in the values of a filter.
        (Value::String(asked), Value::String(_)) if asked.contains(['*', '?']) => Match::Maybe,
        (Value::String(asked), Value::String(given)) if asked == given => Match::Yes,
        (Value::String(_), Value::String(_)) => Match::No,
        (Value::Reference(asked), Value::Reference(given)) => {
            let is_same = asked.address == given.address && whose == Whose::OwnRoot;
            if is_same && asked.path == given.path {
                Match::Yes
            } else if !is_same && is_made_id(asked) && is_made_id(given) {
                Match::No
            } else {
                Match::Maybe
            }
        }
        _ => Match::Maybe,
    }
}

/// Whether it is the id of a managed resource, which no other resource has.
fn is_made_id(reference: &Reference) -> bool {
    let is_id = matches!(&*reference.path, [Step::Name(name)] if &**name == "id");
    is_id && reference.address.mode == Mode::Managed
}
