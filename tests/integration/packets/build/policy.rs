//! Policies as AWS reads them.

use tfvpc::aws::fact::Fact;
use tfvpc::aws::members::Members;
use tfvpc::aws::policy::pattern::Pattern;
use tfvpc::aws::policy::{Clause, Condition, Effect, Principal, Statement};
use tfvpc::aws::vpc_endpoint::EndpointPolicy;
use tfvpc::terraform::value::Value;

use crate::packets::model;

pub(super) fn policies(statements: &[model::Statement]) -> Members<EndpointPolicy> {
    if statements.is_empty() {
        return Members::default();
    }
    Members::known([EndpointPolicy {
        statements: Members::known(statements.iter().copied().map(statement)),
        declaration: super::declaration(),
    }])
}

fn statement(statement: model::Statement) -> Statement {
    let condition = || Condition {
        operator: "StringEquals".into(),
        key: "aws:principalorgid".into(),
        values: Members::default(),
        named: Members::default(),
    };
    let anything = || Pattern::of(&Value::string("*"));
    Statement {
        effect: Fact::Known(if statement.allows {
            Effect::Allow
        } else {
            Effect::Deny
        }),
        principals: named(Principal {
            kind: "*".into(),
            name: anything(),
        }),
        actions: named(anything()),
        resources: named(anything()),
        conditions: Members::known(statement.is_conditional.then(condition)),
    }
}

fn named<T>(name: T) -> Clause<T> {
    Clause {
        is_negated: false,
        named: Members::known([name]),
    }
}
