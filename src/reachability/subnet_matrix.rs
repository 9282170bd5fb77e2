//! Every subnet against several destinations.

use rayon::prelude::*;

use crate::aws::data::{AwsData, endpoint_services};
use crate::aws::fact::Cause;
use crate::aws::network::Network;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::traffic::Protocol;

use super::packets::Request;
use super::path::Hop;
use super::share::{self, Share};
use super::trace::{packets, trace};
use super::trace_end::{GlobalEnd, NetworkEnd, TraceEnd};
use super::verdict::{Answer, AnswerPart, EgressPath, Verdict, distinct};

/// What becomes of packets from one subnet to each of several destinations.
#[derive(Debug)]
pub struct MatrixRow {
    /// The subnet.
    pub subnet: Id<Subnet>,
    /// One cell for each destination.
    pub cells: Vec<MatrixCell>,
}

/// What becomes of packets from a subnet to a destination.
#[derive(Clone, Debug, PartialEq)]
pub struct MatrixCell {
    /// The verdict of the whole.
    pub verdict: Verdict,
    /// The verdicts of the parts with their shares, the largest of each family first.
    pub shares: Vec<(Verdict, Share)>,
    /// The ways that they take.
    pub egress_paths: Vec<EgressPath>,
    /// What decides about those that do not arrive as far as is known.
    pub decisive: Vec<Hop>,
    /// Why it is not known what becomes of them.
    pub causes: Vec<Cause>,
}

/// The destinations that every network is asked about, with those that it has an endpoint for and those
/// that are named.
pub fn destinations<'a>(
    network: &Network,
    named: impl IntoIterator<Item = &'a String>,
) -> Vec<String> {
    let endpoints = network.vpc_endpoints.iter();
    let services = endpoints.filter_map(|(_, endpoint)| {
        let service = endpoint.service.aws_service.known()?.as_deref()?;
        endpoint_services::service(service)
    });
    let mut others: Vec<String> = services.map(|service| service.name.to_owned()).collect();
    let named = named.into_iter();
    others.extend(
        named
            .filter(|name| endpoint_services::service(name).is_some())
            .cloned(),
    );
    others.sort();
    others.dedup();
    let always = ["s3", "dynamodb"];
    others.retain(|name| !always.contains(&name.as_str()));
    let always = always.map(str::to_owned).into_iter();
    always
        .chain(others)
        .chain(["internet".to_owned()])
        .collect()
}

/// Asks for every subnet of a network, those of other configurations left out.
pub fn subnet_matrix(network: &Network, aws: &AwsData, destinations: &[String]) -> Vec<MatrixRow> {
    let subnets = network.subnets.iter();
    let own = subnets.filter(|(_, subnet)| !subnet.origin.is_external());
    let own: Vec<Id<Subnet>> = own.map(|(id, _)| id).collect();
    let row = |subnet: &Id<Subnet>| MatrixRow {
        subnet: *subnet,
        cells: destinations
            .iter()
            .map(|to| cell(network, aws, *subnet, to))
            .collect(),
    };
    own.par_iter().map(row).collect()
}

fn cell(network: &Network, aws: &AwsData, subnet: Id<Subnet>, to: &str) -> MatrixCell {
    let from = TraceEnd::In(NetworkEnd::Subnet(subnet));
    let (to, port) = match endpoint_services::service(to) {
        Some(service) => {
            let name = service.name.into();
            (GlobalEnd::Service { name, region: None }, service.port)
        }
        None => (GlobalEnd::Internet, Request::HTTPS.port),
    };
    let request = Request {
        protocol: Protocol::TCP,
        port,
    };
    let to = TraceEnd::Anywhere(to);
    // Where policies admit some requests only, the way of the packets is what a table can tell.
    let judged = trace(network, aws, &from, &to, request);
    let answer = match judged {
        Ok(answer) if answer.verdict() == Verdict::Unknown => {
            packets(network, aws, &from, &to, request)
        }
        judged => judged,
    };
    let answer = answer.unwrap_or_else(|error| Answer::unknown(&Cause::new(error.to_string())));
    MatrixCell::of(&answer)
}

impl MatrixCell {
    fn of(answer: &Answer) -> Self {
        let mut shares: Vec<(Verdict, Share)> = Vec::new();
        for (part, own) in answer.parts.iter().zip(share::shares(&answer.parts)) {
            let verdict = part.verdict();
            let same = |(other, share): &&mut (Verdict, Share)| {
                (*other, share.family) == (verdict, own.family)
            };
            match shares.iter_mut().find(same) {
                Some((_, share)) => share.share += own.share,
                None => shares.push((verdict, own)),
            }
        }
        shares.sort_by(|(_, one), (_, other)| {
            let by_share = other.share.total_cmp(&one.share);
            one.family.cmp(&other.family).then(by_share)
        });
        let going = answer.parts.iter().filter(|part| !part.verdict().is_loss());
        let egress_paths: Vec<EgressPath> = going.filter_map(AnswerPart::egress_path).collect();
        let causes: Vec<Cause> = answer.parts.iter().flat_map(AnswerPart::causes).collect();
        Self {
            verdict: answer.verdict(),
            shares,
            egress_paths: distinct(egress_paths.iter()),
            decisive: distinct(answer.parts.iter().filter_map(AnswerPart::decisive)),
            causes: distinct(causes.iter()),
        }
    }
}
