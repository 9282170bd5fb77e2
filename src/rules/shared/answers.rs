//! Answers of the path engine that several rules ask for, each computed once for a network.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::aws::address_set::Family;
use crate::aws::network::Network;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::reachability::destination::{Destination, public_addresses};
use crate::reachability::packets::Request;
use crate::reachability::verdict::Answer;
use crate::reachability::walk::{Client, walk};

/// The answers that were computed so far.
#[derive(Debug, Default)]
pub(in crate::rules) struct Answers {
    to_internet: RefCell<BySubnet>,
}

type BySubnet = BTreeMap<(Id<Subnet>, Family), Rc<Answer>>;

impl Answers {
    /// Where HTTPS goes from anywhere in a subnet to every public address of a family.
    pub(in crate::rules) fn to_internet(
        &self,
        network: &Network,
        subnet: Id<Subnet>,
        family: Family,
    ) -> Rc<Answer> {
        let mut answers = self.to_internet.borrow_mut();
        let answer = answers.entry((subnet, family)).or_insert_with(|| {
            let internet = Destination::known(public_addresses(family));
            let client = Client::anywhere_in(subnet);
            Rc::new(walk(network, &client, Request::HTTPS, &internet))
        });
        answer.clone()
    }
}
