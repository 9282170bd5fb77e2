//! Which states a root module reads, found without evaluating what else it declares. Evaluation is on
//! demand, so that asking for each of their data sources evaluates what its arguments name only.

use std::collections::BTreeSet;

use super::Evaluator;
use super::module_instance::ModuleInstance;
use super::remote_state::StateRead;
use crate::terraform::address::{Mode, ModuleAddress};
use crate::terraform::load::module::{ModuleId, Modules, ResourceName, STATE_READERS};
use crate::terraform::resource::Existence;

/// The states that a root module reads.
pub(super) struct StateReads {
    /// Those of which it is known which they are.
    pub(super) known: Vec<StateRead>,
    /// Whether there are others, which only the outputs of a state may tell.
    pub(super) is_open: bool,
}

/// Evaluates what reads states in a root module and in the modules that it calls.
pub(super) fn survey(evaluator: &Evaluator) -> StateReads {
    let (modules, root) = (evaluator.modules, evaluator.root.module);
    let address = ModuleAddress::root();
    let top = ModuleInstance::new(modules, root, address, None, Existence::Certain);
    let sources = evaluate_sources(evaluator, &top);
    let known = evaluator.reads.take();
    StateReads {
        is_open: known.len() < sources,
        known,
    }
}

/// Whether a module or one that it calls reads states.
pub(super) fn reads_states(id: ModuleId, modules: &Modules) -> bool {
    let has_source = |module: &ModuleId| {
        // Only a module that may hold one is parsed for the answer.
        modules.may_read_states(*module) && modules.get(*module).resources.keys().any(reads_a_state)
    };
    let reachable: BTreeSet<ModuleId> = modules.reachable(id);
    reachable.iter().any(has_source)
}

/// Whether a block reads the state of another root module.
pub(super) fn reads_a_state(name: &ResourceName) -> bool {
    name.mode == Mode::Data && STATE_READERS.contains(&&*name.kind)
}

/// Evaluates what reads states, and counts it.
fn evaluate_sources<'a>(evaluator: &Evaluator<'a>, module: &ModuleInstance<'a>) -> usize {
    let mut sources = 0;
    let blocks = module.module.resources.iter();
    for (name, block) in blocks.filter(|(name, _)| reads_a_state(name)) {
        let expansion = evaluator.resource_expansion(module, name, block, block.header);
        let Ok(expansion) = expansion else {
            sources += 1;
            continue;
        };
        sources += expansion.instances.len();
        for position in 0..expansion.instances.len() {
            // What is wrong with it leaves its state unknown, which the count tells.
            let _ = evaluator.resource(module, name, block, &expansion, position, block.header);
        }
    }
    for (name, call) in &module.module.calls {
        match evaluator.children(module, name, call, call.header) {
            Ok(Some(children)) => {
                let instances = children.instances.iter();
                let inside = instances.map(|child| evaluate_sources(evaluator, child));
                sources += inside.sum::<usize>();
            }
            Ok(None) => {}
            Err(_) => sources += 1,
        }
    }
    sources
}
