//! How the network interfaces of workloads come to public IPv4 addresses.

use super::flag_at;
use super::kinds::{self, PublicIp, WorkloadType};
use crate::aws::build::{Arguments, Builder};
use crate::aws::fact::{Cause, Fact};
use crate::aws::network::Network;
use crate::aws::workload::Workload;
use crate::terraform::resource::Resource;

impl Builder<'_> {
    /// Whether its network interfaces get public addresses, as far as its own arguments and its launch
    /// template say; what its subnet and Elastic IP addresses say is added when they are known.
    pub(super) fn public_ip(&self, arguments: Arguments, kind: &WorkloadType) -> Fact<bool> {
        let flag = |path: &str| flag_at(arguments, path);
        match kind.public_ip {
            PublicIp::Never | PublicIp::Elastic => Fact::Known(false),
            PublicIp::If(path) => flag(path).or(false),
            PublicIp::Unless(path) => flag(path).or(false).map(|is_internal| !is_internal),
            PublicIp::OfSubnet(path) => {
                let is_given = self.public_ip_flag(arguments, path);
                is_given.required("its subnet says whether it gets a public address")
            }
            PublicIp::Undocumented => {
                Fact::unknown("whether its network interfaces get public addresses")
            }
        }
    }

    /// Whether the subnet of a workload decides whether it gets a public address.
    pub(super) fn asks_subnet(&self, resource: &Resource) -> bool {
        let kind = kinds::kind(&resource.address.kind);
        kind.is_some_and(|kind| match kind.public_ip {
            PublicIp::OfSubnet(path) => {
                self.public_ip_flag(Arguments::of(resource), path) == Fact::Known(None)
            }
            _ => false,
        })
    }

    /// What the workload itself or else its launch template says.
    fn public_ip_flag(&self, arguments: Arguments, path: &str) -> Fact<Option<bool>> {
        match flag_at(arguments, path) {
            Fact::Known(None) => self.public_ip_flag_of_templates(arguments),
            flag => flag,
        }
    }
}

/// The same once its subnets are known, which decide where it says nothing itself. Subnets that do not
/// agree leave it open.
pub(super) fn of_subnets(network: &Network, workload: &Workload, asks_subnets: bool) -> Fact<bool> {
    let unasked = || workload.has_public_ip.clone();
    // An Elastic IP address may have decided it already.
    if unasked().cause().is_none() || !asks_subnets || !workload.subnets.unlisted().is_empty() {
        return unasked();
    }
    let subnets = workload.subnets.iter();
    let answers = subnets.map(|member| match member.value.to.known() {
        Some(subnet) => network.subnets[*subnet].maps_public_ip.clone(),
        None => unasked(),
    });
    let answers: Vec<Fact<bool>> = answers.collect();
    if answers.is_empty() {
        return unasked();
    }
    Fact::one_of(
        answers,
        &Cause::new("only some of its subnets give public addresses"),
    )
}
