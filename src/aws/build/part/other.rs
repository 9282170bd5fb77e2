//! Prefix-list entries, Elastic IP addresses, accepted peering connections.

use super::Patches;
use crate::aws::build::{Arguments, Builder, prefix_list, presence};
use crate::aws::connectivity::PeeringConnection;
use crate::aws::fact::Fact;
use crate::aws::origin::Spelling;
use crate::aws::prefix_list::PrefixList;
use crate::aws::workload::Workload;

impl Patches {
    pub(super) fn list_entry(&mut self, builder: &mut Builder, arguments: Arguments) {
        let list = builder.link::<PrefixList>(arguments.value("prefix_list_id"));
        let entry = prefix_list::entry(arguments, Spelling::Standalone);
        let repeats = self.arguments_repeat;
        self.add(list, presence(arguments.resource), move |list, presence| {
            if repeats {
                list.entries.retain(|listed| listed.cidr != entry.cidr);
            }
            list.entries.add(entry.clone(), presence);
        });
    }

    pub(super) fn public_address(&mut self, builder: &mut Builder, arguments: Arguments) {
        for name in [
            "instance",
            "instance_id",
            "network_interface",
            "network_interface_id",
        ] {
            let Some(value) = arguments.value(name) else {
                continue;
            };
            let workload = builder.link::<Workload>(Some(value));
            if workload == Fact::Known(None) {
                continue;
            }
            self.add(
                workload,
                presence(arguments.resource),
                |workload, presence| {
                    workload.has_public_ip = match presence.cause() {
                        None => Fact::Known(true),
                        Some(cause) => {
                            let has_already = workload.has_public_ip.clone();
                            has_already.either(Fact::Unknown(cause.clone()))
                        }
                    };
                },
            );
        }
    }

    pub(super) fn accepter(&mut self, builder: &mut Builder, arguments: Arguments) {
        let peering =
            builder.link::<PeeringConnection>(arguments.value("vpc_peering_connection_id"));
        let accepts = arguments.flag("auto_accept").or(false);
        self.add(
            peering,
            presence(arguments.resource),
            move |peering, presence| {
                let by_requester = peering.is_accepted.clone();
                peering.is_accepted = match presence.cause() {
                    None => accepts.clone().either(by_requester),
                    Some(cause) => by_requester.either(Fact::Unknown(cause.clone())),
                };
            },
        );
    }
}
