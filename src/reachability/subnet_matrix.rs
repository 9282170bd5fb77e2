//! A matrix of every subnet against several destinations: `tfvpc trace --all`.

use rayon::prelude::*;

use crate::aws::data::{AwsData, endpoint_services};
use crate::aws::fact::Cause;
use crate::aws::network::Network;
use crate::aws::subnet::Subnet;
use crate::aws::table::Id;
use crate::aws::traffic::{PortSet, Protocol};

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
    pub shares: Vec<MatrixShare>,
    /// The egress paths of the packets that are not lost.
    pub egress_paths: Vec<EgressPath>,
    /// The decisive hops of the packets that do not certainly arrive.
    pub decisive: Vec<Hop>,
    /// Why it is not known what becomes of them.
    pub causes: Vec<Cause>,
}

/// The packets of one family and verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct MatrixShare {
    /// What becomes of them.
    pub verdict: Verdict,
    /// Which part of all packets they are.
    pub share: Share,
    /// The source ports from which some of them come.
    pub source_ports: PortSet,
}

/// The destinations of a matrix: S3, DynamoDB, the services that the network has endpoints for, the
/// named services, and the internet.
pub fn destinations<'a>(
    network: &Network,
    named: impl IntoIterator<Item = &'a String>,
) -> Vec<String> {
    let endpoints = network.vpc_endpoints.iter();
    let services = endpoints.filter_map(|(_, endpoint)| {
        let service = endpoint.service.aws_service.known()?.as_deref()?;
        endpoint_services::service(service)
    });
    let mut further: Vec<String> = services.map(|service| service.name.to_owned()).collect();
    let is_service = |name: &&String| endpoint_services::service(name).is_some();
    further.extend(named.into_iter().filter(is_service).cloned());
    further.sort();
    further.dedup();
    let always = ["s3", "dynamodb"];
    further.retain(|name| !always.contains(&name.as_str()));
    let first = always.map(str::to_owned).into_iter();
    first
        .chain(further)
        .chain(["internet".to_owned()])
        .collect()
}

/// Asks for every subnet of a network that this configuration makes. Rows are computed in parallel and
/// stay in the order of the subnets.
pub fn subnet_matrix(network: &Network, aws: &AwsData, destinations: &[String]) -> Vec<MatrixRow> {
    let subnets = network.subnets.iter();
    let made = subnets.filter(|(_, subnet)| !subnet.origin.is_external());
    let made: Vec<Id<Subnet>> = made.map(|(id, _)| id).collect();
    let row = |subnet: &Id<Subnet>| MatrixRow {
        subnet: *subnet,
        cells: destinations
            .iter()
            .map(|to| cell(network, aws, *subnet, to))
            .collect(),
    };
    made.par_iter().map(row).collect()
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
    // Where policies admit only some requests, a cell cannot say which: it shows the path of the
    // packets.
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
        let going = answer.parts.iter().filter(|part| !part.verdict().is_loss());
        let egress_paths: Vec<EgressPath> = going.filter_map(AnswerPart::egress_path).collect();
        let causes: Vec<Cause> = answer.parts.iter().flat_map(AnswerPart::causes).collect();
        Self {
            verdict: answer.verdict(),
            shares: shares(answer),
            egress_paths: distinct(egress_paths.iter()),
            decisive: distinct(answer.parts.iter().filter_map(AnswerPart::decisive)),
            causes: distinct(causes.iter()),
        }
    }
}

fn shares(answer: &Answer) -> Vec<MatrixShare> {
    let mut shares: Vec<MatrixShare> = Vec::new();
    for (part, share) in answer.parts.iter().zip(share::shares(&answer.parts)) {
        let verdict = part.verdict();
        let ports = part.packets.ports.first();
        let source_ports = ports.cloned().unwrap_or_else(PortSet::empty);
        let is_same = |known: &&mut MatrixShare| {
            (known.verdict, known.share.family) == (verdict, share.family)
        };
        match shares.iter_mut().find(is_same) {
            Some(known) => {
                known.share.share += share.share;
                known.source_ports = known.source_ports.union(&source_ports);
            }
            None => shares.push(MatrixShare {
                verdict,
                share,
                source_ports,
            }),
        }
    }
    shares.sort_by(|left, right| {
        let largest_first = right.share.share.total_cmp(&left.share.share);
        left.share
            .family
            .cmp(&right.share.family)
            .then(largest_first)
    });
    shares
}
