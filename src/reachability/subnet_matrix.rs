//! A matrix of every subnet against several destinations: `tfvpc trace --all`.

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
    /// The egress paths of the packets that are not lost.
    pub egress_paths: Vec<EgressPath>,
    /// The decisive hops of the packets that do not certainly arrive.
    pub decisive: Vec<Hop>,
    /// Why it is not known what becomes of them.
    pub causes: Vec<Cause>,
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
        let mut shares: Vec<(Verdict, Share)> = Vec::new();
        for (part, part_share) in answer.parts.iter().zip(share::shares(&answer.parts)) {
            let verdict = part.verdict();
            let is_same = |(present, share): &&mut (Verdict, Share)| {
                (*present, share.family) == (verdict, part_share.family)
            };
            match shares.iter_mut().find(is_same) {
                Some((_, share)) => share.share += part_share.share,
                None => shares.push((verdict, part_share)),
            }
        }
        shares.sort_by(|(_, left), (_, right)| {
            let largest_first = right.share.total_cmp(&left.share);
            left.family.cmp(&right.family).then(largest_first)
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
