//! The smallest network that still shows a disagreement.

use crate::packets::model::Model;

/// Takes things away as long as something is still wrong; returns what is left and what is wrong.
pub(crate) fn smallest(model: Model, wrong: &dyn Fn(&Model) -> Option<String>) -> (Model, String) {
    let mut model = model;
    let mut says = wrong(&model).expect("something is wrong with it");
    loop {
        let smaller = simpler(&model).into_iter();
        let mut still = smaller.filter_map(|model| wrong(&model).map(|says| (model, says)));
        let Some(found) = still.next() else {
            return (model, says);
        };
        (model, says) = found;
    }
}

/// The network without one thing that no other thing names.
fn simpler(model: &Model) -> Vec<Model> {
    let mut smaller = fewer_routes(model);
    smaller.extend(fewer_entries(model));
    smaller.extend(fewer_rules(model));
    smaller.extend(less_of_endpoints(model));
    smaller
}

/// The network without each of `count` things.
fn without(
    model: &Model,
    count: usize,
    remove: impl Fn(&mut Model, usize),
) -> impl Iterator<Item = Model> {
    (0..count).map(move |at| {
        let mut smaller = model.clone();
        remove(&mut smaller, at);
        smaller
    })
}

fn fewer_routes(model: &Model) -> Vec<Model> {
    let mut smaller = Vec::new();
    for (table, routes) in model.tables.iter().enumerate() {
        smaller.extend(without(model, routes.len(), |model, at| {
            model.tables[table].remove(at);
        }));
    }
    smaller.extend(without(model, model.propagates.len(), |model, at| {
        model.propagates.remove(at);
    }));
    smaller.extend(without(model, model.vpn.len(), |model, at| {
        model.vpn.remove(at);
    }));
    smaller
}

fn fewer_entries(model: &Model) -> Vec<Model> {
    let mut smaller = Vec::new();
    for (acl, entries) in model.acls.iter().enumerate() {
        smaller.extend(without(model, entries.ingress.len(), |model, at| {
            model.acls[acl].ingress.remove(at);
        }));
        smaller.extend(without(model, entries.egress.len(), |model, at| {
            model.acls[acl].egress.remove(at);
        }));
    }
    smaller
}

fn fewer_rules(model: &Model) -> Vec<Model> {
    let mut smaller = Vec::new();
    for (group, rules) in model.groups.iter().enumerate() {
        smaller.extend(without(model, rules.ingress.len(), |model, at| {
            model.groups[group].ingress.remove(at);
        }));
        smaller.extend(without(model, rules.egress.len(), |model, at| {
            model.groups[group].egress.remove(at);
        }));
    }
    smaller
}

fn less_of_endpoints(model: &Model) -> Vec<Model> {
    let mut smaller: Vec<Model> = without(model, model.s3.len(), |model, at| {
        model.s3.remove(at);
    })
    .collect();
    smaller.extend(without(model, model.s3_policy.len(), |model, at| {
        model.s3_policy.remove(at);
    }));
    let statements = model.ssm.as_ref().map_or(0, |ssm| ssm.policy.len());
    smaller.extend(without(model, statements, |model, at| {
        if let Some(ssm) = &mut model.ssm {
            ssm.policy.remove(at);
        }
    }));
    smaller.extend(model.ssm.as_ref().map(|_| Model {
        ssm: None,
        ..model.clone()
    }));
    smaller
}
