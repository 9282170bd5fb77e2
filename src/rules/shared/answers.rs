//! Answers of the path engine that several rules ask for, each computed once for a network, and what they are evidence
//! for: a rule about traffic is silent where packets do not take the path that it is about.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::aws::address_set::{AddressSet, Family};
use crate::aws::data::AwsData;
use crate::aws::network::Network;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::reachability::destination::{Destination, public_addresses};
use crate::reachability::packets::Request;
use crate::reachability::question::client_to_service;
use crate::reachability::verdict::{Answer, AnswerPart, Verdict};
use crate::reachability::walk::{Client, walk};

use super::evidence::Evidence;

/// The answers that were computed so far.
#[derive(Debug, Default)]
pub(in crate::rules) struct Answers {
    to_addresses: RefCell<BySubnet>,
    to_services: RefCell<ByService>,
}

type BySubnet = BTreeMap<Id<Subnet>, Vec<(Destination, Rc<Answer>)>>;
type ByService = BTreeMap<(Id<Subnet>, String), Rc<Answer>>;

impl Answers {
    /// Where HTTPS goes from anywhere in a subnet to a destination.
    pub(in crate::rules) fn to(
        &self,
        network: &Network,
        subnet: Id<Subnet>,
        to: &Destination,
    ) -> Rc<Answer> {
        let mut answers = self.to_addresses.borrow_mut();
        let of_subnet = answers.entry(subnet).or_default();
        if let Some((_, answer)) = of_subnet.iter().find(|(asked, _)| asked == to) {
            return answer.clone();
        }
        let client = Client::anywhere_in(subnet);
        let answer = Rc::new(walk(network, &client, Request::HTTPS, to));
        of_subnet.push((to.clone(), answer.clone()));
        answer
    }

    /// Where HTTPS goes from anywhere in a subnet to every public address of a family.
    pub(in crate::rules) fn to_internet(
        &self,
        network: &Network,
        subnet: Id<Subnet>,
        family: Family,
    ) -> Rc<Answer> {
        let internet = Destination::known(public_addresses(family));
        self.to(network, subnet, &internet)
    }

    /// Where HTTPS goes from anywhere in a subnet to a service by its name.
    pub(in crate::rules) fn to_service(
        &self,
        network: &Network,
        aws: &AwsData,
        subnet: Id<Subnet>,
        service: &str,
    ) -> Rc<Answer> {
        let mut answers = self.to_services.borrow_mut();
        let answer = answers
            .entry((subnet, service.to_owned()))
            .or_insert_with(|| {
                let client = Client::anywhere_in(subnet);
                let request = Request::HTTPS;
                Rc::new(client_to_service(network, aws, &client, service, request))
            });
        answer.clone()
    }
}

/// How many of the addresses that were asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rules) enum Amount {
    /// Every address.
    All,
    /// At least one.
    Some,
}

/// The evidence that packets arrive at these addresses by a path.
pub(in crate::rules) fn arrives(
    evidence: Evidence,
    answer: &Answer,
    path: Verdict,
    amount: Amount,
) -> Evidence {
    takes(evidence, answer, amount, |part| part.verdict() == path)
}

/// The evidence that packets to these addresses take a path. What stops packets, such as a network ACL, refutes it;
/// what the path engine does not know is taken for granted.
pub(in crate::rules) fn takes(
    evidence: Evidence,
    answer: &Answer,
    amount: Amount,
    is_path: impl Fn(&AnswerPart) -> bool,
) -> Evidence {
    let (mut asked, mut arriving) = (AddressSet::empty(), AddressSet::empty());
    let (mut unknown, mut causes) = (AddressSet::empty(), Vec::new());
    for part in &answer.parts {
        let addresses = &part.packets.destinations;
        asked = asked.union(addresses);
        if part.verdict() == Verdict::Unknown {
            unknown = unknown.union(addresses);
            causes.extend(part.causes());
        } else if is_path(part) {
            arriving = arriving.union(addresses);
        }
    }
    let suffice = |addresses: &AddressSet| match amount {
        Amount::All => !asked.is_empty() && addresses.is_superset(&asked),
        Amount::Some => !addresses.is_empty(),
    };
    if suffice(&arriving) {
        evidence
    } else if suffice(&arriving.union(&unknown)) {
        evidence.assumes(&causes)
    } else {
        Evidence::refuted()
    }
}
