//! From what arguments name to the ids of objects.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::aws::address_set::Family;
use crate::aws::connectivity::{
    OfferedService, PeeringConnection, PrivateZone, TransitGateway, TransitGatewayAttachment,
};
use crate::aws::fact::{Cause, Fact};
use crate::aws::gateway::{EgressOnlyInternetGateway, InternetGateway, VpnGateway};
use crate::aws::nat_gateway::NatGateway;
use crate::aws::network_acl::NetworkAcl;
use crate::aws::prefix_list::PrefixList;
use crate::aws::route_table::RouteTable;
use crate::aws::security_group::SecurityGroup;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::vpc::Vpc;
use crate::aws::vpc_endpoint::VpcEndpoint;
use crate::aws::workload::Workload;
use crate::terraform::address::Address;

/// What makes an object of one kind the same wherever it is named.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Handle {
    /// The resource or data source at an address.
    Resource(Address),
    /// What AWS makes with a VPC: its default route table, network ACL or group.
    OfVpc(Id<Vpc>),
    /// The main route table of a VPC elsewhere, which need not be its default one.
    MainOfVpc(Id<Vpc>),
    /// A prefix list of AWS's.
    AwsList {
        /// `s3`
        service: Arc<str>,
        /// Its Region.
        region: ListRegion,
        /// The family of its addresses.
        family: Family,
    },
    /// Something that no resource here makes.
    Elsewhere(Arc<str>),
}

/// The Region of a prefix list of AWS's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ListRegion {
    /// This one.
    Known(Arc<str>),
    /// One that is not known, and is the same wherever it is not known for the same cause.
    Unknown(Cause),
}

impl ListRegion {
    /// The Region of a resource.
    pub(super) fn of(region: &Fact<Arc<str>>) -> Self {
        match region {
            Fact::Known(region) => Self::Known(region.clone()),
            Fact::OneOf(_, cause) | Fact::Unknown(cause) => Self::Unknown(cause.clone()),
        }
    }

    /// What is known about it.
    pub(super) fn fact(&self) -> Fact<Arc<str>> {
        match self {
            Self::Known(region) => Fact::Known(region.clone()),
            Self::Unknown(cause) => Fact::Unknown(cause.clone()),
        }
    }
}

/// The objects of one kind, each under its handle.
pub(super) struct Registry<T> {
    handles: Vec<Handle>,
    ids: BTreeMap<Handle, Id<T>>,
}

impl<T> Registry<T> {
    /// The object's id; a new one if it has none yet.
    pub(super) fn id(&mut self, handle: Handle) -> Id<T> {
        if let Some(id) = self.ids.get(&handle) {
            return *id;
        }
        let id = Id::new(self.handles.len());
        self.handles.push(handle.clone());
        self.ids.insert(handle, id);
        id
    }

    /// Says that a handle means an object that has another one.
    pub(super) fn alias(&mut self, handle: Handle, id: Id<T>) {
        self.ids.insert(handle, id);
    }

    /// What an object is.
    pub(super) fn handle(&self, id: Id<T>) -> &Handle {
        &self.handles[id.index()]
    }

    /// How many objects there are.
    pub(super) fn len(&self) -> usize {
        self.handles.len()
    }
}

impl<T> Default for Registry<T> {
    fn default() -> Self {
        Self {
            handles: Vec::new(),
            ids: BTreeMap::new(),
        }
    }
}

/// The objects of all kinds.
#[derive(Default)]
pub(super) struct Registries {
    pub(super) vpcs: Registry<Vpc>,
    pub(super) subnets: Registry<Subnet>,
    pub(super) route_tables: Registry<RouteTable>,
    pub(super) internet_gateways: Registry<InternetGateway>,
    pub(super) egress_only_internet_gateways: Registry<EgressOnlyInternetGateway>,
    pub(super) vpn_gateways: Registry<VpnGateway>,
    pub(super) nat_gateways: Registry<NatGateway>,
    pub(super) vpc_endpoints: Registry<VpcEndpoint>,
    pub(super) security_groups: Registry<SecurityGroup>,
    pub(super) network_acls: Registry<NetworkAcl>,
    pub(super) prefix_lists: Registry<PrefixList>,
    pub(super) workloads: Registry<Workload>,
    pub(super) transit_gateways: Registry<TransitGateway>,
    pub(super) transit_gateway_attachments: Registry<TransitGatewayAttachment>,
    pub(super) peering_connections: Registry<PeeringConnection>,
    pub(super) private_zones: Registry<PrivateZone>,
    pub(super) offered_services: Registry<OfferedService>,
}
