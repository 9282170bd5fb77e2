//! The smallest network that still shows a disagreement.

use crate::model::Model;

/// Takes things away as long as something is still wrong; returns what is left and what is wrong.
pub(crate) fn smallest(model: Model, wrong: &dyn Fn(&Model) -> Option<String>) -> (Model, String) {
    let mut model = model;
    let mut says = wrong(&model).expect("something is wrong with it");
    loop {
        let smaller = simpler(&model).into_iter();
        let mut still = smaller.filter_map(|one| wrong(&one).map(|says| (one, says)));
        let Some(found) = still.next() else {
            return (model, says);
        };
        (model, says) = found;
    }
}

/// The network without one thing that no other thing names.
fn simpler(model: &Model) -> Vec<Model> {
    let mut all = Vec::new();
    let mut without = |remove: &dyn Fn(&mut Model)| {
        let mut model = model.clone();
        remove(&mut model);
        all.push(model);
    };
    for (table, routes) in model.tables.iter().enumerate() {
        for route in 0..routes.len() {
            without(&|model| {
                model.tables[table].remove(route);
            });
        }
    }
    for (acl, entries) in model.acls.iter().enumerate() {
        for entry in 0..entries.ingress.len() {
            without(&|model| {
                model.acls[acl].ingress.remove(entry);
            });
        }
        for entry in 0..entries.egress.len() {
            without(&|model| {
                model.acls[acl].egress.remove(entry);
            });
        }
    }
    for (group, rules) in model.groups.iter().enumerate() {
        for rule in 0..rules.ingress.len() {
            without(&|model| {
                model.groups[group].ingress.remove(rule);
            });
        }
        for rule in 0..rules.egress.len() {
            without(&|model| {
                model.groups[group].egress.remove(rule);
            });
        }
    }
    for endpoint in 0..model.s3.len() {
        without(&|model| {
            model.s3.remove(endpoint);
        });
    }
    if model.ssm.is_some() {
        without(&|model| model.ssm = None);
    }
    all
}
