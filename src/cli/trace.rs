//! `tfvpc trace`: one question about the network, or with `--all` a table of every subnet. `place` finds
//! what FROM and TO name, `nearest` proposes names where they name nothing.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::input::{InputArguments, InputValues};
use super::output::{Output, Stream};
use super::{Failure, exit_status};
use crate::Options;
use crate::aws::network::Network;
use crate::aws::traffic::Protocol;
use crate::reachability::display;
use crate::reachability::packets::Request;
use crate::reachability::subnet_matrix;
use crate::reachability::trace::trace_all;
use crate::reachability::trace_end::TraceEnd;
use crate::reachability::verdict::AnswerPart;
use crate::report::Report;
use crate::report::trace::NamedEnd;
use crate::report::trace::{self as answer};

mod nearest;
mod place;

/// Ask how traffic gets from one place to another, hop by hop with reasons.
///
/// The answer names what stops the packets, or what they pass on the way out, then every decision on
/// their way and on that of the replies, with the line that makes it. Packets that pass the same lines
/// are shown once; where they part, each part has its share.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Trace {
    /// Who opens the connection, by its address: a subnet (anything in it), or a resource with network
    /// interfaces (an instance, function, service, database, load balancer, …); without its key, all
    /// instances. Or `internet`, an IP address or a CIDR.
    #[arg(required_unless_present = "all")]
    from: Option<String>,

    /// To whom: a service of AWS's by the name of its endpoints (`s3`, `ssm`, `ecr.api`, or
    /// `com.amazonaws.us-west-2.s3` of another Region); a subnet, a resource with network interfaces or
    /// an S3 bucket by its address. Or `internet`, an IP address or a CIDR.
    #[arg(required_unless_present = "all")]
    to: Option<String>,

    /// Ask for every subnet instead: to S3, DynamoDB, the services that have an endpoint or are in use
    /// by `tfvpc.toml`, and the internet.
    #[arg(id = "all", long = "all", conflicts_with_all = ["from", "to", "port", "protocol"], help_heading = "Question")]
    every_subnet: bool,

    /// The root module to look at, or a directory that holds it; or a plan or state as JSON, `-` for
    /// standard input.
    #[arg(
        short = 'C',
        long = "directory",
        value_name = "PATH",
        default_value = ".",
        help_heading = "Input"
    )]
    path: PathBuf,

    #[command(flatten)]
    input: InputValues,

    /// The port that is connected to.
    #[arg(long, default_value_t = 443, help_heading = "Question")]
    port: u16,

    /// `tcp`, `udp`, `icmp`, `icmpv6`, or the number of a protocol.
    #[arg(long, default_value = "tcp", value_parser = protocol, help_heading = "Question")]
    protocol: Protocol,

    /// How to print the answer; `markdown` with `--all` only.
    #[arg(short, long, default_value = "text", help_heading = "Output")]
    format: TraceFormat,
}

const EXAMPLES: &str = "\
Examples:
  tfvpc trace aws_lambda_function.api ssm -C infra/prod
  tfvpc trace 'module.vpc.aws_subnet.private[0]' s3     one subnet; mind the quotes
  tfvpc trace module.vpc.aws_subnet.private s3          all of them
  tfvpc trace aws_instance.app aws_db_instance.main --port 5432
  tfvpc trace internet aws_lb.public
  tfvpc trace aws_instance.app 192.168.0.0/16           behind a VPN, say
  tfvpc trace aws_subnet.app s3 -C plan.json            in a plan
  tfvpc trace --all --format markdown                   every subnet, for a review

`internet` is every public address but those of S3 and DynamoDB, which have names of their own.

Exit status:
  0  all of it arrives
  1  some of it does not, or it is not known whether it does
  2  wrong usage, or an error: something could not be read or evaluated";

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TraceFormat {
    Text,
    Json,
    Markdown,
}

impl Trace {
    pub(super) fn run(mut self, output: &Output) -> Result<ExitCode, Failure> {
        let question = self.from.take().zip(self.to.take());
        if question.is_some() && self.format == TraceFormat::Markdown {
            let reason = "`--format markdown` is for `--all`: it writes a table";
            return Err(Failure::Question(reason.to_owned()));
        }
        let (format, protocol, port) = (self.format, self.protocol, self.port);
        let read = InputArguments::of(self.path, self.input).read()?;
        let options = read.options;
        let (networks, report) = crate::networks(&read.files, read.loaded, &options);
        output.problems(&report)?;
        let arrives = match question {
            Some(protocols) => {
                let request = Request { protocol, port };
                let trace = asked(&networks, &report, &options, protocols, request)?;
                write(&trace, &report, format, output)?;
                trace.answer.arrives()
            }
            None => {
                let tables = tables(&networks, &options);
                write_tables(&tables, &report, format, output)?;
                tables.iter().all(answer::TraceTable::arrives) && !report.has_unseen_network()
            }
        };
        Ok(exit_status(&report, !arrives))
    }
}

/// The answer to a question between two names.
fn asked(
    networks: &[Network],
    report: &Report,
    options: &Options,
    (from, to): (String, String),
    request: Request,
) -> Result<answer::Trace, Failure> {
    let (root, ends) = place::find(networks, report, &from, &to)?;
    let network = &networks[root];
    let answer = trace_all(network, &options.aws, &ends.from, &ends.to, request);
    let answer = answer.map_err(|error| Failure::Question(error.to_string()))?;
    let egress_paths = answer.parts.iter().map(AnswerPart::egress_path);
    let end = |name, places: &[TraceEnd]| NamedEnd {
        name,
        instances: places.len(),
    };
    Ok(answer::Trace {
        root,
        from: end(from, &ends.from),
        to: end(to, &ends.to),
        request,
        by: egress_paths
            .map(|egress_path| display::egress_path(network, egress_path?))
            .collect(),
        answer,
    })
}

fn write(
    trace: &answer::Trace,
    report: &Report,
    format: TraceFormat,
    output: &Output,
) -> Result<ExitCode, Failure> {
    output.write(Stream::Out, |out, style| match format {
        TraceFormat::Json => answer::write_json(trace, report, out),
        TraceFormat::Text | TraceFormat::Markdown => answer::write_text(trace, report, style, out),
    })
}

/// The tables of the networks that have subnets.
fn tables(networks: &[Network], options: &Options) -> Vec<answer::TraceTable> {
    let tables = networks.iter().enumerate().map(|(root, network)| {
        let destinations = subnet_matrix::destinations(network, &options.rules.services);
        let rows = subnet_matrix::subnet_matrix(network, &options.aws, &destinations);
        answer::TraceTable::new(root, network, destinations, rows)
    });
    tables.filter(|table| !table.rows.is_empty()).collect()
}

fn write_tables(
    tables: &[answer::TraceTable],
    report: &Report,
    format: TraceFormat,
    output: &Output,
) -> Result<ExitCode, Failure> {
    output.write(Stream::Out, |out, style| match format {
        TraceFormat::Text => answer::write_table_text(tables, report, style, out),
        TraceFormat::Json => answer::write_table_json(tables, report, out),
        TraceFormat::Markdown => answer::write_table_markdown(tables, report, out),
    })
}

fn protocol(text: &str) -> Result<Protocol, String> {
    let lower = text.to_ascii_lowercase();
    let protocols = [
        ("tcp", Protocol::TCP),
        ("udp", Protocol::UDP),
        ("icmp", Protocol::ICMP),
        ("icmpv6", Protocol::ICMPV6),
    ];
    let mut protocols = protocols.into_iter();
    let named = protocols.find_map(|(name, protocol)| (name == lower).then_some(protocol));
    let number = || lower.parse().ok().map(Protocol);
    named
        .or_else(number)
        .ok_or_else(|| "write `tcp`, `udp`, `icmp`, `icmpv6` or a number from 0 to 255".to_owned())
}
