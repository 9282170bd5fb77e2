//! Networks that pass from one missing module to another.
//!
//! ```text
//! module "net"     { source = "acme/net/aws" }                 no resource asks for its outputs,
//! module "bastion" { source = "acme/bastion/aws"               but this argument takes a VPC:
//!                    vpc_id = module.net.vpc_id }              `net` makes it, and hides it
//! ```
//!
//! Evaluation on demand begins at resources, and these modules leave none. The name of an argument tells what
//! it takes, since nobody can look into the module; it decides what coverage says, and never a finding.

use std::collections::BTreeSet;

use super::super::Evaluator;
use super::super::module_instance::ModuleInstance;
use super::super::scope::Scope;
use crate::terraform::address::ModuleAddress;
use crate::terraform::load::module::ModuleCall;

impl<'a> Evaluator<'a> {
    /// The missing modules that hand an id of the network to another one, in a module and in those that it
    /// calls.
    pub(super) fn handed_networks(&self, module: &ModuleInstance<'a>) -> BTreeSet<ModuleAddress> {
        let mut found = BTreeSet::new();
        for (name, call) in &module.module.calls {
            match self.children(module, name, call, call.header) {
                Err(_) => {}
                Ok(Some(children)) => {
                    for child in &children.instances {
                        found.extend(self.handed_networks(child));
                    }
                }
                Ok(None) => found.extend(self.handed_to(module, call)),
            }
        }
        found
    }

    /// The missing modules whose outputs are in the arguments of a call that take ids of the network.
    fn handed_to(
        &self,
        module: &ModuleInstance<'a>,
        call: &'a ModuleCall,
    ) -> BTreeSet<ModuleAddress> {
        // What was read until here, say to know how often a call exists, is no id that is handed on.
        self.missing_outputs.take();
        let conventions = self.provider.conventions();
        for argument in &call.body.attributes {
            if conventions.takes_network_id(&argument.name) {
                let _ = self.expression(&argument.value, &Scope::of(module));
            }
        }
        self.missing_outputs.take()
    }
}
