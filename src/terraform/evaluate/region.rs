//! Which provider configuration a resource uses, and which Region that gives it. Provider configurations are
//! passed from module to module, by inheritance or in `providers`, so that they are searched from the module
//! of the resource upward.

use std::fmt;
use std::sync::Arc;

use super::Evaluator;
use super::module_instance::ModuleInstance;
use super::scope::Scope;
use crate::terraform::address::Address;
use crate::terraform::load::module::ProviderBlock;
use crate::terraform::resource;
use crate::terraform::syntax::{Body, Expression, ExpressionKind};
use crate::terraform::value::Value;
use crate::terraform::value::types::Type;

/// A provider configuration as a block names it: `aws` or `aws.peer`.
#[derive(Clone, PartialEq)]
struct ProviderName {
    name: Arc<str>,
    alias: Option<Arc<str>>,
}

impl fmt::Display for ProviderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.alias {
            Some(alias) => write!(f, "{}.{alias}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

impl ProviderName {
    /// The name of the provider configuration that a block is.
    fn of(block: &ProviderBlock) -> Self {
        Self {
            name: block.name.clone(),
            alias: block.alias.clone(),
        }
    }
}

/// The key that a plan gives the provider configuration of a module: `aws.peer`, `module.a:aws`.
fn key(name: &ProviderName, declaring: &ModuleInstance) -> String {
    let calls: Vec<String> = declaring
        .address
        .0
        .iter()
        .map(|(call, _)| format!("module.{call}"))
        .collect();
    if calls.is_empty() {
        name.to_string()
    } else {
        format!("{}:{name}", calls.join("."))
    }
}

impl<'a> Evaluator<'a> {
    /// The Region of the provider configuration without alias.
    pub(super) fn default_region(&self, module: &ModuleInstance<'a>) -> Value {
        let name = ProviderName {
            name: self.provider.conventions().local_name().into(),
            alias: None,
        };
        self.provider_region(module, &name)
    }

    /// The Region of a resource: its `region` argument, else its provider's.
    pub(super) fn resource_region(
        &self,
        module: &ModuleInstance<'a>,
        block: &Body,
        address: &Address,
        body: &resource::Body,
    ) -> Value {
        let region = body.get("region");
        let conventions = self.provider.conventions();
        if let Some(region) = region.filter(|_| conventions.has_region_argument(&address.kind)) {
            return self.or_option(region.clone());
        }
        self.provider_region(module, &provider_of(block, address))
    }

    /// The arguments of the provider configuration that a resource uses, or why they are not known.
    pub(super) fn provider_arguments(
        &self,
        module: &ModuleInstance<'a>,
        block: &Body,
        address: &Address,
    ) -> Result<resource::Body, Arc<str>> {
        declared(
            module,
            provider_of(block, address),
            |declared| match declared {
                Ok((_, provider)) if provider.body.attribute("for_each").is_some() => {
                    Err(for_each_reason(provider))
                }
                Ok((declaring, provider)) => Ok(self.plain_body(&provider.body, declaring)),
                Err(name) if name.alias.is_some() => {
                    Err(format!("provider `{name}` is not set").into())
                }
                Err(_) => Ok(resource::Body::default()),
            },
        )
    }

    fn provider_region(&self, module: &ModuleInstance<'a>, name: &ProviderName) -> Value {
        declared(module, name.clone(), |declared| match declared {
            Ok((declaring, block)) => {
                let region = self.block_region(declaring, block, name);
                self.or_planned(region, || key(&ProviderName::of(block), declaring))
            }
            Err(undeclared) => {
                let region = self.open_region(&undeclared);
                self.or_planned(region, || undeclared.to_string())
            }
        })
    }

    /// The Region, or the one that a plan tells where the configuration leaves it open.
    fn or_planned(&self, region: Value, key: impl FnOnce() -> String) -> Value {
        match self.planned_values {
            Some(planned) if region.as_str().is_none() => {
                planned.regions.get(&key()).cloned().unwrap_or(region)
            }
            _ => region,
        }
    }

    fn block_region(
        &self,
        module: &ModuleInstance<'a>,
        block: &'a ProviderBlock,
        name: &ProviderName,
    ) -> Value {
        let Some(region) = block.body.attribute("region") else {
            return self.open_region(name);
        };
        let scope = Scope::of(module);
        let value = match block.body.attribute("for_each") {
            Some(_) => Value::unknown(for_each_reason(block), Type::String),
            None => self.value_or_report(&region.value, &scope),
        };
        self.or_option(value)
    }

    fn open_region(&self, name: &ProviderName) -> Value {
        let reason = format!("the Region of provider `{name}` is not set");
        self.or_option(Value::named_unknown(
            format!("provider.{name}.region"),
            reason,
            Type::String,
        ))
    }

    /// The Region, or `--region` where the configuration leaves it open.
    fn or_option(&self, region: Value) -> Value {
        match &self.options.region {
            Some(option) if region.as_str().is_none() => Value::string(option.as_str()),
            _ => region,
        }
    }
}

/// The provider configuration that a block of a resource names.
fn provider_of(block: &Body, address: &Address) -> ProviderName {
    let named = block
        .attribute("provider")
        .and_then(|attribute| provider_name(&attribute.value));
    named.unwrap_or_else(|| ProviderName {
        // The first word of a resource type is the local name of its provider ("The provider
        // Meta-Argument" in Terraform's documentation).
        name: address.kind.split('_').next().unwrap_or_default().into(),
        alias: None,
    })
}

/// Calls `then` with the block of a provider configuration and the module instance that declares it,
/// or with the name that none declares.
fn declared<'a, T>(
    module: &ModuleInstance<'a>,
    name: ProviderName,
    then: impl FnOnce(Result<(&ModuleInstance<'a>, &'a ProviderBlock), ProviderName>) -> T,
) -> T {
    let mut blocks = module.module.providers.iter();
    if let Some(block) = blocks.find(|block| is(block, &name)) {
        return then(Ok((module, block)));
    }
    let Some(caller) = &module.call else {
        return then(Err(name));
    };
    // A module inherits configurations without alias; those with an alias are passed in `providers`.
    match passed(&caller.call.body, &name) {
        Some(outer) => declared(&caller.parent(), outer, then),
        None if name.alias.is_none() => declared(&caller.parent(), name, then),
        None => then(Err(name)),
    }
}

/// Why nothing is known of a provider configuration with `for_each`, which OpenTofu has: which of its
/// instances a block uses depends on `each.key`, and is not followed.
fn for_each_reason(block: &ProviderBlock) -> Arc<str> {
    format!("provider `{}` has `for_each`", block.name).into()
}

fn is(block: &ProviderBlock, name: &ProviderName) -> bool {
    block.name == name.name && block.alias == name.alias
}

/// The provider configuration that the `providers` argument of a module call passes for a name inside
/// the module.
fn passed(call: &Body, name: &ProviderName) -> Option<ProviderName> {
    let ExpressionKind::Object(items) = &call.attribute("providers")?.value.kind else {
        return None;
    };
    let item = items
        .iter()
        .find(|item| key_name(&item.key).as_ref() == Some(name))?;
    provider_name(&item.value)
}

/// A key of `providers`: the parser has made a string of `aws`; `aws.peer` is a traversal.
fn key_name(key: &Expression) -> Option<ProviderName> {
    match &key.kind {
        ExpressionKind::String(text) => Some(from_text(text)),
        _ => provider_name(key),
    }
}

/// `aws`, `aws.peer`, `aws.by_region[each.key]`, and the same as strings.
fn provider_name(expression: &Expression) -> Option<ProviderName> {
    match &expression.kind {
        ExpressionKind::Variable(name) => Some(ProviderName {
            name: name.clone(),
            alias: None,
        }),
        ExpressionKind::String(text) => Some(from_text(text)),
        ExpressionKind::Attribute(source, alias) => {
            let source = provider_name(source)?;
            Some(ProviderName {
                name: source.name,
                alias: Some(alias.clone()),
            })
        }
        ExpressionKind::Index(source, _) => provider_name(source),
        _ => None,
    }
}

fn from_text(text: &str) -> ProviderName {
    match text.split_once('.') {
        Some((name, alias)) => ProviderName {
            name: name.into(),
            alias: Some(alias.into()),
        },
        None => ProviderName {
            name: text.into(),
            alias: None,
        },
    }
}
