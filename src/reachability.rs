//! Reachability: questions about the network, answered with verdicts and the hops that prove them.
//!
//! In: the [`Network`](crate::aws::network::Network) and a question, such as "do packets from the
//! subnet `app` reach S3 on port 443?". Out: an [`Answer`](verdict::Answer) in parts, each with a
//! verdict and the hops that lead to it. Nothing here says whether an answer is bad; that is for the
//! rules.
//!
//! - **Sets, not samples.** A question is about a set of [`Packets`](packets::Packets): source
//!   addresses, destination addresses, ports. Each stage of the [`walk`] splits the set, and each part
//!   goes on by itself.
//! - **Three-valued outcomes.** An unknown value does not stop a walk. Every alternative is followed,
//!   and packets that then end differently have several outcomes. A verdict is known only if all
//!   outcomes agree; otherwise it is "unknown", with the causes. Approximations err to "unknown", never
//!   to a certain verdict; the few assumptions that are made are listed with the answer.
//! - **Replies.** Network ACLs are stateless, so packets arrive only if their replies come back.
//!
//! An example: the route table of a subnet has a route to an S3 gateway endpoint, and entry 90 of the
//! subnet's network ACL denies `52.216.0.0/16`.
//!
//! ```text
//! question  10.0.1.0/24 -> S3, tcp 443
//! walk      security group     allows tcp 443               all addresses go on
//!           network ACL        entry 90 denies 52.216.0.0/16
//!                              entry 100 allows the rest
//!           route table        pl-s3 -> aws_vpc_endpoint.s3
//!           replies            network ACL entry 100 allows tcp 1024-65535
//! parts     52.216.0.0/16      blocked               outcome: stopped by entry 90
//!           the rest of S3     via gateway endpoint  outcome: no stop, no doubt
//! verdict   partial
//! ```
//!
//! With `number = var.number` in entry 90, both outcomes would be possible for `52.216.0.0/16`, and its
//! part and the whole would be "unknown" because "`var.number` has no value".
//!
//! Where AWS's decisions are made:
//!
//! | what decides | file |
//! |---|---|
//! | longest prefix, ties, propagated routes | `routing.rs`, `routing/candidate.rs` |
//! | security-group rules | `filtering/security_group.rs` |
//! | order of network ACL entries | `filtering/network_acl.rs` |
//! | replies | `walk/replies.rs` |
//! | names and private DNS | `dns.rs`, asked by `question.rs` |
//! | gateways, NAT, peering | `walk/gateway.rs`, `walk/nat.rs`, `walk/peering.rs` |
//! | policies of endpoints and buckets | `policies/ruling.rs` |
//! | what several outcomes come to | `walk/overlay.rs`, `verdict.rs` |
//!
//! What it does not do: follow packets beyond a transit gateway, VPN or appliance (the verdict is
//! "external"), through two NAT gateways, or by records of private hosted zones (unknown).
//!
//! Begin with `trace.rs`, which turns any two ends into walks; then `walk.rs` and `verdict.rs`.

mod answer;
pub mod block_public_access;
pub mod coverage;
pub mod denials;
pub mod destination;
pub mod display;
pub mod dns;
pub mod endpoint_egress;
pub mod exposure;
pub mod filtering;
pub mod gateway_endpoint;
pub mod group_reference;
pub mod hub;
pub mod interface_endpoint;
mod nat64;
pub mod packets;
pub mod path;
pub mod policies;
pub mod question;
pub mod routing;
pub mod share;
pub mod subnet_matrix;
pub mod subnet_type;
pub mod trace;
pub mod trace_end;
pub mod verdict;
pub mod walk;
