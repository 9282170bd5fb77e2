//! Prefix lists: those of AWS with their published entries, and those of customers.

use std::sync::Arc;

use super::{Arguments, Builder, Handle, ListRegion, Name, NetworkObject};
use crate::aws::address_set::Family;
use crate::aws::data::prefix_lists::{self, AwsPrefixList};
use crate::aws::fact::{Cause, Fact, Link};
use crate::aws::members::{Members, Presence};
use crate::aws::origin::{Origin, Spelling};
use crate::aws::prefix_list::{PrefixList, PrefixListEntry};
use crate::aws::table::Id;
use crate::terraform::address::Mode;
use crate::terraform::resource::Resource;
use crate::terraform::value::Value;

impl NetworkObject for PrefixList {
    const RESOURCE_TYPES: &'static [&'static str] = &["aws_ec2_managed_prefix_list"];

    fn build(builder: &mut Builder<'_>, id: Id<Self>) -> Self {
        let handle = builder.ids.prefix_lists.handle(id).clone();
        let origin = builder.origin(&handle);
        match (&handle, builder.resource(&handle)) {
            (
                Handle::AwsList {
                    service,
                    region,
                    family,
                },
                _,
            ) => builder.list_of_aws(origin, service, region.fact(), *family),
            (_, Some(resource)) => customer_list(Arguments::of(resource), origin),
            (_, None) => unknown_list(origin),
        }
    }
}

impl Builder<'_> {
    /// The prefix list that an argument of a resource in a Region names.
    pub(super) fn prefix_list(
        &mut self,
        value: Option<&Value>,
        region: &Fact<Arc<str>>,
    ) -> Fact<Option<Id<PrefixList>>> {
        self.follow(value, |builder, name| {
            builder.prefix_list_named(name, region)
        })
    }

    fn prefix_list_named(&mut self, name: &Name, region: &Fact<Arc<str>>) -> Link<PrefixList> {
        match name {
            Name::Attribute {
                resource,
                attribute,
            } => self.prefix_list_attribute(name, resource, attribute),
            Name::Elsewhere(id) => {
                let list = region
                    .known()
                    .and_then(|region| self.data.prefix_list_by_id(region, id));
                match list {
                    Some(list) => {
                        let service = list.service.clone();
                        Fact::Known(self.aws_list(&service, region, Family::V4))
                    }
                    None => self.find(name),
                }
            }
        }
    }

    fn prefix_list_attribute(
        &mut self,
        name: &Name,
        resource: &Resource,
        attribute: &str,
    ) -> Link<PrefixList> {
        let is_id = matches!(attribute, "id" | "prefix_list_id");
        let list = is_id.then(|| self.list_of_resource(resource)).flatten();
        list.unwrap_or_else(|| self.find(name))
    }

    /// The list whose addresses an attribute of a resource holds.
    pub(super) fn list_with_cidrs(
        &mut self,
        resource: &Resource,
        attribute: &str,
    ) -> Option<Link<PrefixList>> {
        let holds_cidrs = attribute == "cidr_blocks";
        holds_cidrs
            .then(|| self.list_of_resource(resource))
            .flatten()
    }

    /// The AWS-managed list that a gateway endpoint or a data source means.
    fn list_of_resource(&mut self, resource: &Resource) -> Option<Link<PrefixList>> {
        let arguments = Arguments::of(resource);
        match (&*resource.address.kind, resource.address.mode) {
            ("aws_vpc_endpoint", _) => {
                let service = super::vpc_endpoint::service(arguments);
                Some(self.list_of_service(arguments, service.aws_service))
            }
            ("aws_prefix_list" | "aws_ec2_managed_prefix_list", Mode::Data) => {
                let service = list_service(arguments)?;
                Some(self.list_of_service(arguments, Fact::Known(Some(service))))
            }
            _ => None,
        }
    }

    /// The list of a service in the Region of a resource.
    fn list_of_service(
        &mut self,
        arguments: Arguments,
        service: Fact<Option<Arc<str>>>,
    ) -> Link<PrefixList> {
        let region = super::origin_of(arguments.resource).region;
        let service = service.required("the service has no prefix list");
        service.map(|service| self.aws_list(&service, &region, Family::V4))
    }

    /// The list of a service in a Region.
    pub(super) fn aws_list(
        &mut self,
        service: &Arc<str>,
        region: &Fact<Arc<str>>,
        family: Family,
    ) -> Id<PrefixList> {
        let handle = Handle::AwsList {
            service: service.clone(),
            region: ListRegion::of(region),
            family,
        };
        self.ids.prefix_lists.id(handle)
    }

    fn list_of_aws(
        &self,
        origin: Origin,
        service: &Arc<str>,
        region: Fact<Arc<str>>,
        family: Family,
    ) -> PrefixList {
        let known_region = region.known();
        let list = known_region.and_then(|name| self.data.prefix_list(name, service));
        let unlisted = || match &region {
            Fact::Known(region) => Cause::new(format!(
                "the prefix list of {service} in {region} is not known"
            )),
            Fact::OneOf(_, cause) | Fact::Unknown(cause) => cause.clone(),
        };
        let entries = match list {
            Some(list) => entries(list, family),
            None => Members::unknown(unlisted()),
        };
        let weight = prefix_lists::weight(service);
        let is_region_unknown = known_region.is_none() && family == Family::V4;
        let at_most = is_region_unknown.then(|| self.data.prefix_list_anywhere(service));
        PrefixList {
            at_most: at_most.flatten(),
            aws_service: Fact::Known(Some(service.clone())),
            entries,
            family: Fact::Known(family),
            weight: weight.map_or_else(|| Fact::unknown("its weight is not known"), Fact::Known),
            date: list.and_then(|list| list.date.clone()),
            origin: Origin { region, ..origin },
        }
    }
}

fn entries(list: &AwsPrefixList, family: Family) -> Members<PrefixListEntry> {
    let mut entries = Members::default();
    for entry in list.entries(family) {
        let unconfirmed = || {
            let reason = format!("no prefix list is known that holds {}", entry.cidr);
            Presence::Maybe(Cause::new(reason))
        };
        let presence = if entry.is_confirmed {
            Presence::Certain
        } else {
            unconfirmed()
        };
        let cidr = Fact::Known(entry.cidr);
        entries.add(
            PrefixListEntry {
                cidr,
                declaration: None,
            },
            presence,
        );
    }
    if list.entries(family).next().is_none() {
        let reason = format!(
            "the entries of the prefix list of {} are not published",
            list.service
        );
        entries.add_unlisted(Cause::new(reason));
    }
    entries
}

/// The service whose list a data source reads by name.
fn list_service(arguments: Arguments) -> Option<Arc<str>> {
    let name = arguments.text("name");
    let name = match &name {
        Fact::Known(Some(name)) => name.clone(),
        _ => last_piece(arguments.value("name")?)?,
    };
    let (_, service) = prefix_lists::parse_name(&name)?;
    Some(service.into())
}

/// `com.amazonaws.${var.region}.s3` with the Region left out.
fn last_piece(value: &Value) -> Option<Arc<str>> {
    let Value::Template(pieces) = value.unmarked() else {
        return None;
    };
    let (first, last) = (pieces.first()?.as_str()?, pieces.last()?.as_str()?);
    let service = last
        .strip_prefix('.')
        .filter(|_| first == "com.amazonaws.")?;
    (pieces.len() == 3).then(|| format!("com.amazonaws.-.{service}").into())
}

fn customer_list(arguments: Arguments, origin: Origin) -> PrefixList {
    let mut blocks = arguments.blocks("entry");
    blocks.append(arguments.blocks("entries"));
    let mut entries = blocks.map(|block| entry(arguments.within(&block), Spelling::Inline));
    if origin.is_external() {
        entries.add_unlisted(origin.made_elsewhere());
    }
    let family = arguments.word(
        "address_family",
        &[("IPv4", Family::V4), ("IPv6", Family::V6)],
    );
    let weight = arguments.number("max_entries");
    PrefixList {
        at_most: None,
        aws_service: Fact::Known(None),
        entries,
        family: family.required("the list has no address family"),
        weight: weight
            .map(|count| count.and_then(|count| u32::try_from(count).ok()))
            .required("the list does not say how many entries it may have"),
        date: None,
        origin,
    }
}

/// An entry of a customer's list, by a block or by `aws_ec2_managed_prefix_list_entry`.
pub(super) fn entry(arguments: Arguments, spelling: Spelling) -> PrefixListEntry {
    PrefixListEntry {
        cidr: arguments.cidr("cidr").required("the entry has no CIDR"),
        declaration: Some(arguments.block_declaration(spelling)),
    }
}

fn unknown_list(origin: Origin) -> PrefixList {
    let cause = origin.made_elsewhere();
    PrefixList {
        at_most: None,
        aws_service: Fact::Unknown(cause.clone()),
        entries: Members::unknown(cause.clone()),
        family: Fact::Unknown(cause.clone()),
        weight: Fact::Unknown(cause),
        date: None,
        origin,
    }
}
