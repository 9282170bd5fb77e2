//! From what arguments name to the ids of objects.
//!
//! A [`Handle`] is what makes an object the same wherever it is named; a [`Registry`] gives each handle
//! of a type its id, new ones in the order in which they are asked for.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Builder, NetworkObject};
use crate::aws::address_set::Family;
use crate::aws::fact::{Cause, Fact};
use crate::aws::network::Network;
use crate::aws::table::{Id, Table};
use crate::aws::vpc::Vpc;
use crate::terraform::address::Address;

/// What makes an object of a type the same wherever it is named.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Handle {
    /// The resource or data source at an address.
    Resource(Address),
    /// What AWS makes with a VPC: its default route table, network ACL or group.
    OfVpc(Id<Vpc>),
    /// The main route table of a VPC of another configuration, which need not be its default one.
    MainOfVpc(Id<Vpc>),
    /// The group that EKS makes for the cluster at an address.
    OfCluster(Address),
    /// An AWS-managed prefix list.
    AwsList {
        /// `s3`
        service: Arc<str>,
        /// Its Region.
        region: ListRegion,
        /// The family of its addresses.
        family: Family,
    },
    /// Something that no resource of this configuration is.
    Elsewhere(Arc<str>),
}

/// The Region of an AWS-managed prefix list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ListRegion {
    /// This one.
    Known(Arc<str>),
    /// One that is not known; two Regions that are not known for the same cause are one.
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
    adopters: BTreeMap<Id<T>, Address>,
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

    /// Says that the resource at an address manages an object that AWS makes.
    pub(super) fn adopt(&mut self, id: Id<T>, adopter: &Address) {
        self.ids.insert(Handle::Resource(adopter.clone()), id);
        self.adopters.insert(id, adopter.clone());
    }

    /// The address of the resource that manages an object which AWS makes.
    pub(super) fn adopter(&self, id: Id<T>) -> Option<&Address> {
        self.adopters.get(&id)
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
            adopters: BTreeMap::new(),
        }
    }
}

/// A kind of object that has a registry and a table; the list of objects in `aws.rs` says which.
pub(super) trait Registered: Sized {
    /// The ids of its objects.
    fn registry(ids: &mut Registries) -> &mut Registry<Self>;

    /// The objects that are built.
    fn table(network: &mut Network) -> &mut Table<Self>;
}

/// Declares what the builder does for each kind of object.
macro_rules! registries {
    ($($(#[$what:meta])* $table:ident: $module:ident::$object:ident,)*) => {
        /// The objects of all kinds.
        #[derive(Default)]
        pub(super) struct Registries {
            $(pub(super) $table: Registry<crate::aws::$module::$object>,)*
        }

        $(
            impl Registered for crate::aws::$module::$object {
                fn registry(ids: &mut Registries) -> &mut Registry<Self> {
                    &mut ids.$table
                }

                fn table(network: &mut Network) -> &mut Table<Self> {
                    &mut network.$table
                }
            }
        )*

        impl Builder<'_> {
            /// Gives every resource that is an object its id.
            pub(super) fn register_objects(&mut self) {
                $(<crate::aws::$module::$object>::register(self);)*
            }

            /// Builds the objects that have an id and are not built yet; whether there were any.
            pub(super) fn build_pending(&mut self, network: &mut Network) -> bool {
                let built = [
                    $(self.build_pending_of::<crate::aws::$module::$object>(network),)*
                ];
                built.contains(&true)
            }
        }
    };
}

network_objects!(registries);
