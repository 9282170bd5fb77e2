//! How much of a root's network the input shows.
//!
//! A report without findings means something only where the network could be seen. What comes in is the
//! resource set of one root and the [`Network`] that was built from it; [`coverage`] says whether its VPCs,
//! subnets and route tables are known one by one, and what hides the others:
//!
//! ```text
//! resource "aws_vpc" "main" { … }                     seen
//!   and module "subnets" { … } that is not installed  partly seen, hidden by module.subnets
//! module "vpc" { … } that is not installed, alone     not seen, hidden by module.vpc
//! resource "aws_iam_role" "a" { … }                   none
//!   and a file that is encrypted                      not seen, hidden by the file
//! ```
//!
//! An object that may or may not exist is known: everything that is said about it holds if it exists. An
//! unknown number of them is not: nobody can say which subnet uses which table. What to do about it depends on
//! the files beside the root: [`remedy`] says so.

mod remedy;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::aws::members::Presence;
use crate::aws::network::Network;
use crate::aws::origin::Origin;
use crate::source::Span;
use crate::terraform::load::UnreadUnit;
use crate::terraform::module_source::{is_fetched_by_get, is_local};
use crate::terraform::resource::{HiddenFile, MissingModule, ResourceSet};

pub use remedy::{Remedy, remedy};

/// How much of a root's network is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Coverage {
    /// Its VPCs, subnets and route tables are known one by one.
    Seen,
    /// Some are, and others are hidden.
    PartlySeen,
    /// None is, since something hides them.
    NotSeen,
    /// The root has no network of its own.
    None,
}

impl Coverage {
    /// Every coverage, in the order in which reports count them.
    pub const ALL: [Self; 4] = [Self::Seen, Self::PartlySeen, Self::NotSeen, Self::None];

    /// The word of the JSON report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Seen => "seen",
            Self::PartlySeen => "partly_seen",
            Self::NotSeen => "not_seen",
            Self::None => "none",
        }
    }
}

/// The coverage of a root, with what hides a part of its network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootCoverage {
    /// How much is known.
    pub coverage: Coverage,
    /// What hides the others, by kind and address.
    pub hidden_by: Vec<Obstacle>,
}

/// What hides a part of a network.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Obstacle {
    /// Which kind of thing it is.
    pub kind: ObstacleKind,
    /// The address of the module call or of the resource; the path of the file.
    pub address: Arc<str>,
    /// The header of its block.
    pub span: Option<Span>,
    /// Why nothing is known: `` `module.vpc` is not on the disk ``.
    pub reason: Arc<str>,
}

/// Kinds of obstacles.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ObstacleKind {
    /// A module that is not on the disk.
    MissingModule {
        /// Its `source` as it is written, empty if that is not known.
        source: Arc<str>,
        /// Whether `terraform init` would bring it: it is no local path.
        is_installable: bool,
    },
    /// A file that is encrypted.
    EncryptedFile,
    /// A Terragrunt unit.
    UnreadUnit,
    /// A resource that exists an unknown number of times.
    UnknownCount,
}

impl Obstacle {
    /// Whether it is a resource that exists an unknown number of times.
    pub fn is_count(&self) -> bool {
        self.kind == ObstacleKind::UnknownCount
    }
}

impl ObstacleKind {
    /// Whether it is a module that `tfvpc get` would bring.
    fn is_fetched_by_get(&self) -> bool {
        matches!(self, Self::MissingModule { source, .. } if is_fetched_by_get(source))
    }

    /// Whether it is a module that `terraform init` would bring.
    fn is_installable(&self) -> bool {
        matches!(
            self,
            Self::MissingModule {
                is_installable: true,
                ..
            }
        )
    }
}

/// How much of a root's network is known. `network` is that of `resource_set`.
pub fn coverage(resource_set: &ResourceSet, network: &Network) -> RootCoverage {
    let modules = resource_set.missing_modules.iter();
    let modules = modules.filter(|module| module.hides_network);
    let counts = structure(network).filter_map(unknown_count);
    // Sorted and each once: a route table that AWS makes with a VPC has the address of the VPC.
    let known = modules.map(missing_module).chain(counts);
    // Nobody can say that an encrypted file has no part of the network.
    let encrypted = resource_set.hidden_files.iter().map(encrypted_file);
    let obstacles: BTreeSet<Obstacle> = known.chain(encrypted).collect();
    let coverage = match (obstacles.is_empty(), has_known_structure(network)) {
        (false, true) => Coverage::PartlySeen,
        (false, false) => Coverage::NotSeen,
        (true, _) if network.origins().any(is_own) => Coverage::Seen,
        (true, _) => Coverage::None,
    };
    RootCoverage {
        coverage,
        hidden_by: obstacles.into_iter().collect(),
    }
}

/// That of a Terragrunt unit, and what to do about it.
pub fn unread_unit(unit: &UnreadUnit) -> (RootCoverage, Remedy) {
    let obstacle = Obstacle {
        kind: ObstacleKind::UnreadUnit,
        address: unit.path.as_str().into(),
        span: Some(unit.span),
        reason: "Terragrunt units are not read".into(),
    };
    let coverage = RootCoverage {
        coverage: Coverage::NotSeen,
        hidden_by: vec![obstacle],
    };
    let path = unit.path.clone();
    (coverage, Remedy::CheckPlan { path })
}

/// The VPCs, subnets and route tables of the root itself.
fn structure(network: &Network) -> impl Iterator<Item = &Origin> {
    let vpcs = network.vpcs.iter().map(|(_, vpc)| &vpc.origin);
    let subnets = network.subnets.iter().map(|(_, subnet)| &subnet.origin);
    let tables = network.route_tables.iter();
    let tables = tables.map(|(_, table)| &table.origin);
    vpcs.chain(subnets)
        .chain(tables)
        .filter(|origin| is_own(origin))
}

/// Whether a VPC or subnet of the root is known. Route tables alone do not count: without them, nothing can
/// be said about traffic.
fn has_known_structure(network: &Network) -> bool {
    let vpcs = network.vpcs.iter().map(|(_, vpc)| &vpc.origin);
    let subnets = network.subnets.iter().map(|(_, subnet)| &subnet.origin);
    vpcs.chain(subnets)
        .any(|origin| is_own(origin) && !matches!(origin.presence, Presence::Many(_)))
}

/// Whether a resource of the root manages an object.
fn is_own(origin: &Origin) -> bool {
    !origin.is_external() && !origin.is_implicit()
}

fn missing_module(module: &MissingModule) -> Obstacle {
    Obstacle {
        kind: ObstacleKind::MissingModule {
            source: Arc::clone(&module.source),
            is_installable: !is_local(&module.source),
        },
        address: Arc::clone(&module.address),
        span: Some(module.span),
        reason: format!("`{}` is not on the disk", module.address).into(),
    }
}

fn encrypted_file(file: &HiddenFile) -> Obstacle {
    Obstacle {
        kind: ObstacleKind::EncryptedFile,
        address: Arc::clone(&file.path),
        span: Some(file.span),
        reason: format!(
            "`{}` is encrypted with {}",
            file.path,
            file.encryption.name()
        )
        .into(),
    }
}

fn unknown_count(origin: &Origin) -> Option<Obstacle> {
    let Presence::Many(cause) = &origin.presence else {
        return None;
    };
    Some(Obstacle {
        kind: ObstacleKind::UnknownCount,
        address: origin.name().into(),
        span: origin.span,
        reason: Arc::clone(&cause.reason),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::data::AwsData;
    use crate::aws::network;
    use crate::aws::provider::AwsProvider;
    use crate::source::{FileId, Sources};
    use crate::terraform::files::Files;
    use crate::terraform::load;
    use crate::terraform::{EvaluateOptions, evaluate};

    const VPC: &str = "resource \"aws_vpc\" \"main\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n";
    const SUBNETS: &str = "variable \"zones\" {}\n\nresource \"aws_subnet\" \"app\" {\n  \
                           count  = length(var.zones)\n  vpc_id = var.vpc\n}\n\nvariable \"vpc\" {}\n";

    fn missing(source: &str, hides_network: bool) -> MissingModule {
        MissingModule {
            address: "module.vpc".into(),
            source: source.into(),
            span: Span::new(a_file(), 0, 1),
            hides_network,
        }
    }

    fn a_file() -> FileId {
        Sources::default().add("main.tf".into(), String::new())
    }

    /// The coverage of a root module, where modules are missing.
    fn coverage_of(text: &str, missing_modules: Vec<MissingModule>) -> RootCoverage {
        let files = Files::in_memory(&[("main.tf", text)]);
        let loaded = load::from_text(&[("main.tf", text)]);
        let (root, options) = (&loaded.roots[0], EvaluateOptions::default());
        let evaluated = evaluate(&loaded.modules, root, &options, &AwsProvider, &files);
        let mut resource_set = evaluated.0;
        resource_set.missing_modules = missing_modules;
        let network = network::build(&resource_set, &AwsData::default());
        coverage(&resource_set, &network)
    }

    fn word(text: &str, missing_modules: Vec<MissingModule>) -> &'static str {
        coverage_of(text, missing_modules).coverage.as_str()
    }

    #[test]
    fn a_network_is_seen_if_nothing_hides_a_part_of_it() {
        assert_eq!(word(VPC, vec![]), "seen");
        assert_eq!(word(VPC, vec![missing("a/b/aws", false)]), "seen");
        let group = "resource \"aws_security_group\" \"a\" {\n  vpc_id = \"vpc-0a1b2c3d\"\n}\n";
        assert_eq!(word(group, vec![]), "seen");
    }

    #[test]
    fn a_resource_that_may_exist_is_known() {
        let text = VPC.replace("{\n", "{\n  count = var.on ? 1 : 0\n") + "variable \"on\" {}\n";
        assert_eq!(word(&text, vec![]), "seen");
    }

    #[test]
    fn a_missing_module_hides_a_part_of_the_network_or_all_of_it() {
        let module = || vec![missing("a/b/aws", true)];
        assert_eq!(word(VPC, module()), "partly_seen");
        let group = "resource \"aws_security_group\" \"a\" {\n  vpc_id = \"vpc-0a1b2c3d\"\n}\n";
        assert_eq!(word(group, module()), "not_seen");
        assert_eq!(word("", module()), "not_seen");
        let hidden_by = coverage_of("", module()).hidden_by;
        assert_eq!(&*hidden_by[0].reason, "`module.vpc` is not on the disk");
    }

    #[test]
    fn an_unknown_count_hides_a_part_of_the_network_or_all_of_it() {
        let subnets = coverage_of(SUBNETS, vec![]);
        assert_eq!(subnets.coverage, Coverage::NotSeen);
        assert_eq!(&*subnets.hidden_by[0].reason, "`var.zones` has no value");
        assert_eq!(subnets.hidden_by[0].kind, ObstacleKind::UnknownCount);
        assert_eq!(word(&(SUBNETS.to_owned() + VPC), vec![]), "partly_seen");
    }

    #[test]
    fn a_root_without_network_objects_has_none() {
        let role = "resource \"aws_iam_role\" \"a\" {\n  name = \"a\"\n}\n";
        assert_eq!(word(role, vec![]), "none");
        assert_eq!(word(role, vec![missing("a/bucket/aws", false)]), "none");
        let foreign = "data \"aws_vpc\" \"main\" {\n  id = \"vpc-0a1b2c3d\"\n}\n";
        assert_eq!(word(foreign, vec![]), "none");
    }

    #[test]
    fn a_local_module_is_not_installed_by_terraform() {
        let is_installable = |source| {
            let obstacles = coverage_of("", vec![missing(source, true)]).hidden_by;
            let ObstacleKind::MissingModule { is_installable, .. } = obstacles[0].kind else {
                panic!("a missing module");
            };
            is_installable
        };
        assert!(!is_installable("../vpc"));
        assert!(is_installable("terraform-aws-modules/vpc/aws"));
        assert!(is_installable(""));
    }
}
