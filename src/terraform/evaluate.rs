//! Evaluation of a root module: from its blocks to resource instances with values.
//!
//! ```text
//! modules, variables, files ─► Evaluator ─► instances with values, exports and uses + problems
//! ```
//!
//! Three ideas carry it:
//!
//! - **On demand, each thing once.** Nothing is evaluated in an order of its own. A walk over the module
//!   instances asks for each resource (`configuration`); an expression that refers to a variable, a local,
//!   an output or another resource asks for its value, and the module instance keeps it (`Memo`). A thing
//!   that is asked for while it is being evaluated depends on itself: a problem, not a loop.
//! - **It never fails.** What Terraform would refuse becomes a problem at its place, and the value becomes
//!   unknown with that reason. Inside an expression, problems travel as errors, since `try`, `can` and
//!   conditionals want to know of them; `value_or_report` ends them.
//! - **What is known stays.** A value may be unknown, one of several, or a reference to an attribute of an
//!   instance that is not known before apply. `count`, `for_each`, `for` and `dynamic` go on with such values
//!   (`expand`, `comprehension`, `block`), so that resources stay linked without ids.
//!
//! For example:
//!
//! ```text
//! resource "aws_subnet" "a" { vpc_id = module.vpc.id }   vpc_id: reference to module.vpc.aws_vpc.main, `id`
//! resource "aws_instance" "b" { count = var.n }          aws_instance.b[*]: unknown number, `var.n` has no value
//! ```
//!
//! All that multiplies is charged to one account of the root module (`budget`), so that no input runs away. Root modules are evaluated in parallel, those that read the state of another after it
//! (`roots`); a plan gives its values to the evaluation of its configuration (`planned`).
//!
//! What it does not do: it knows no AWS (it asks its [`Provider`]), reads no file beside [`Files`], and judges
//! nothing.
//!
//! Begin reading at `configuration::evaluate`, then `expression` and `traversal`.

mod assumption;
mod block;
mod budget;
mod builtin;
mod call_cache;
mod comprehension;
mod condition;
pub(in crate::terraform) mod configuration;
mod expand;
mod expression;
mod local_data;
mod module_instance;
pub mod planned;
mod references;
mod region;
mod remote_state;
mod root_files;
pub(in crate::terraform) mod roots;
mod scope;
mod state_reads;
mod template;
mod traversal;
mod type_constraint;
mod variable;
mod weight;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use super::address::{Key, ModuleAddress};
use super::files::Files;
use super::functions::{self, Environment};
use super::load::RootModule;
use super::load::module::{ModuleCall, ModuleId, Modules, ResourceBlock, ResourceName};
use super::provider::Provider;
use super::resource::Resource;
use super::syntax::Expression;
use super::value::Value;
use super::value::size::{self, Size};
use super::value::types::Type;
use crate::deadline::Deadline;
use crate::source::{Problem, ProblemSeverity, Span};
use budget::{Amounts, Budget, Expense};
use call_cache::CallCache;
use expand::Expansion;
use module_instance::{CallInstances, Caller, ModuleInstance};
use planned::PlannedValues;
use remote_state::{NO_STATES, StateRead, States};
use root_files::RootFiles;
use scope::Scope;
use weight::Weight;

/// How deep expressions, locals and modules may nest. Evaluation recurses, and the threads have a stack for
/// this depth (`STACK_BYTES` in lib.rs).
const MAX_DEPTH: usize = 4_000;

/// How many parts of values an operation looks at in the time that an expression takes.
const PARTS_PER_STEP: usize = 16;

/// How much of a configuration is evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Every variable, local, output and resource, as `terraform plan` would: for `show`, and for a plan
    /// with its configuration, which are compared as a whole.
    Everything,
    /// The resources and data sources that the provider's network is made of, and what they refer to. What
    /// nothing of these asks for is parsed only: it costs nothing and causes no problem.
    Network,
}

/// What the user gives to every root.
#[derive(Debug, Default, Clone)]
pub struct EvaluateOptions {
    /// `--var`, in order.
    pub variables: Vec<GivenVariable>,
    /// `TF_VAR_*` without the prefix.
    pub environment_variables: BTreeMap<String, String>,
    /// `--workspace` or `TF_WORKSPACE`.
    pub workspace: Option<String>,
    /// `--region`.
    pub region: Option<String>,
    /// `workspace-name`: the workspace of Terraform Cloud that has its state.
    pub workspace_name: Option<String>,
    /// `--timeout`.
    pub deadline: Deadline,
    /// `[[link]]`: which root modules look-ups read.
    pub links: Arc<[RootLink]>,
    /// The options of the root modules that have settings of their own, by
    /// [`RootModule::settings`].
    pub roots: Vec<Self>,
}

/// Says which root module a look-up reads, where the configuration does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootLink {
    /// A pattern for the addresses of look-ups: `data.terraform_remote_state.vpc`.
    pub data: String,
    /// The directory of the root module.
    pub root: PathBuf,
}

/// The value of a variable that the user gives beside files.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct GivenVariable {
    /// The variable.
    pub name: String,
    /// Its value: an expression, or the text itself if the variable has a primitive type or none.
    pub text: String,
    /// How many of the root module's last variable files were named behind it on the command line: they
    /// prevail over it, as with Terraform.
    pub files_after: usize,
}

impl EvaluateOptions {
    /// What is given to a root module.
    pub fn of(&self, root: &RootModule) -> &Self {
        let of_root = root.settings.and_then(|at| self.roots.get(at));
        of_root.unwrap_or(self)
    }
}

/// The state of the evaluation of one root module.
struct Evaluator<'a> {
    modules: &'a Modules,
    root: &'a RootModule,
    options: &'a EvaluateOptions,
    provider: &'a dyn Provider,
    extent: Extent,
    /// Whether another root module may read its outputs from its state.
    outputs_may_be_read: bool,
    /// The values of a plan, if there is one.
    planned_values: Option<&'a PlannedValues>,
    /// The states that other root modules leave behind.
    states: &'a States,
    /// Where the states that were read are stored.
    reads: RefCell<Vec<StateRead>>,
    files: &'a Files,
    call_cache: CallCache,
    problems: RefCell<Vec<Problem>>,
    undeclared: RefCell<BTreeSet<(ModuleId, String)>>,
    /// The calls of missing modules whose outputs were asked for.
    missing_outputs: RefCell<BTreeSet<ModuleAddress>>,
    depth: Cell<usize>,
    budget: Budget,
    /// What an instance of each module costs.
    weights: RefCell<BTreeMap<ModuleId, Weight>>,
}

/// Counts a level of nesting while it lives.
struct Depth<'e>(&'e Cell<usize>);

impl Drop for Depth<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

/// Functions that cost the same for an argument of any size, since they look at a part of it. All others
/// refuse arguments that are too large.
const TAKES_A_PART: [&str; 4] = ["element", "length", "lookup", "one"];

/// Functions that read files. That a file is missing is often no fault: a build makes it later.
const READS_FILES: [&str; 11] = [
    "file",
    "filebase64",
    "filebase64sha256",
    "filebase64sha512",
    "fileexists",
    "filemd5",
    "fileset",
    "filesha1",
    "filesha256",
    "filesha512",
    "templatefile",
];

/// The name of a built-in function without the namespace that it may be called with.
fn bare_function(name: &str) -> &str {
    name.strip_prefix("core::").unwrap_or(name)
}

impl<'a> Evaluator<'a> {
    fn new(
        modules: &'a Modules,
        root: &'a RootModule,
        options: &'a EvaluateOptions,
        provider: &'a dyn Provider,
        files: &'a Files,
    ) -> Self {
        Self {
            modules,
            root,
            options,
            provider,
            extent: Extent::Everything,
            outputs_may_be_read: true,
            planned_values: None,
            states: &NO_STATES,
            reads: RefCell::default(),
            files,
            problems: RefCell::default(),
            call_cache: CallCache::default(),
            undeclared: RefCell::default(),
            missing_outputs: RefCell::default(),
            depth: Cell::new(0),
            budget: Budget::new(Amounts::ROOT, options.deadline),
            weights: RefCell::default(),
        }
    }

    fn report(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    /// Reports a problem that was met in a module instance.
    fn report_of(&self, module: &ModuleInstance, mut problem: Problem) {
        let is_called = module.call.is_some();
        problem.origin.0 = is_called.then(|| module.address.to_string());
        self.report(problem);
    }

    /// Reports a problem. In a part that may not exist it is a warning: Terraform may never evaluate it.
    fn report_in(&self, scope: &Scope<'_, 'a>, problem: Problem) {
        let severity = if scope.in_doubt {
            ProblemSeverity::Warning
        } else {
            problem.severity
        };
        let problem = Problem {
            severity,
            ..problem
        };
        match scope.module {
            Some(module) => self.report_of(module, problem),
            None => self.report(problem),
        }
    }

    /// The value of a name that no file of the module declares. Terraform refuses it even inside `try`, so
    /// it is reported at once; not in a module of which a file could not be read, which may declare it.
    fn not_declared(
        &self,
        module: &ModuleInstance,
        name: &str,
        message: &str,
        span: Span,
    ) -> Value {
        let is_new = self
            .undeclared
            .borrow_mut()
            .insert((module.id, name.to_owned()));
        if is_new && !module.module.is_partial {
            let help = "if a file that declares it is generated, check a plan instead";
            self.report_of(module, Problem::error(message, span).help(help));
        }
        let identity = module.named(name);
        Value::named_unknown(identity, message, Type::Dynamic)
    }

    /// Every problem, in order, each once.
    fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        problems.extend(self.budget.into_problems());
        problems.sort_by(|a, b| (a.span, a).cmp(&(b.span, b)));
        problems.dedup();
        problems
    }

    /// Enters a level of nesting, unless there are too many.
    fn deeper(&self, span: Span) -> Result<Depth<'_>, Problem> {
        if self.depth.get() >= MAX_DEPTH {
            let message = format!("expressions and modules nest deeper than {MAX_DEPTH} levels");
            return Err(Problem::error(message, span));
        }
        self.depth.set(self.depth.get() + 1);
        Ok(Depth(&self.depth))
    }

    /// The size of values that an operation is about to look at, charged to the account. The inner error is the
    /// value that the operation then has instead.
    fn weigh<'v>(
        &self,
        values: impl IntoIterator<Item = &'v Value>,
        span: Span,
    ) -> Result<Result<Size, Value>, Problem> {
        let size = size::check(values, span)?;
        let steps = size.parts / PARTS_PER_STEP;
        Ok(self
            .budget
            .spend(Expense::Steps, steps, span)
            .map(|()| size))
    }

    /// A value that an operation has made, if there is room for it.
    fn made(&self, value: Value, span: Span) -> Value {
        match self.budget.spend_passing(size::new_bytes(&value), span) {
            Ok(()) => value,
            Err(unknown) => unknown,
        }
    }

    /// A value that a conversion has made to be kept, if there is room for it.
    fn kept(&self, value: Value, span: Span) -> Value {
        let bytes = size::new_bytes(&value);
        match self.budget.spend(Expense::Bytes, bytes, span) {
            Ok(()) => value,
            Err(unknown) => unknown,
        }
    }

    /// The value of an expression; a problem is reported and leaves the value unknown.
    fn value_or_report(&self, expression: &Expression, scope: &Scope<'_, 'a>) -> Value {
        let opened = self.budget.open(expression.span);
        let result = self.expression(expression, scope).and_then(|value| {
            let size = self.weigh([&value], expression.span)?;
            Ok((value, size.map_or(0, |size| size.bytes)))
        });
        let bytes = result.as_ref().map_or(0, |(_, bytes)| *bytes);
        self.budget.close(&opened, bytes);
        match result {
            Ok((value, _)) => value.settled(),
            Err(problem) => {
                let reason = format!("it could not be evaluated: {}", problem.message);
                self.report_in(scope, problem);
                Value::unknown(reason, Type::Dynamic)
            }
        }
    }

    /// The result of a function. What Terraform refuses is an error, but a warning for functions that read
    /// files: a build may make the file.
    fn function(&self, name: &str, arguments: &[Value], span: Span) -> Result<Value, Problem> {
        if !TAKES_A_PART.contains(&bare_function(name))
            && let Err(unknown) = self.weigh(arguments, span)?
        {
            return Ok(unknown);
        }
        let directory = self.root.directory.to_string_lossy();
        let files = RootFiles {
            files: self.files,
            directory: &self.root.directory,
        };
        let environment = Environment {
            files: &files,
            unique: self.provider,
            working_directory: &directory,
        };
        let result = functions::call(name, arguments, &environment);
        let result = result.map(|value| self.made(value, span));
        result.map_err(|why| {
            if READS_FILES.contains(&bare_function(name)) {
                Problem::warning(why, span)
            } else {
                Problem::error(why, span)
            }
        })
    }

    fn local(&self, module: &ModuleInstance<'a>, name: &str, span: Span) -> Result<Value, Problem> {
        let Some((name, local)) = module.module.locals.get_key_value(name) else {
            let name = format!("local.{name}");
            let message = format!("`{name}` is not declared in this module");
            return Ok(self.not_declared(module, &name, &message, span));
        };
        let _depth = self.deeper(span)?;
        let compute = || self.value_or_report(&local.value, &Scope::of(module));
        let value = module.locals.get(&&**name, compute);
        value.ok_or_else(|| cycle(&module.named(&format!("local.{name}")), local.span))
    }

    fn output(
        &self,
        module: &ModuleInstance<'a>,
        name: &str,
        span: Span,
    ) -> Result<Value, Problem> {
        let Some((name, output)) = module.module.outputs.get_key_value(name) else {
            let message = format!("`{}` has no output named `{name}`", module.address);
            return Ok(self.not_declared(module, name, &message, span));
        };
        let _depth = self.deeper(span)?;
        let compute = || {
            let value = output.value.as_ref();
            let value = value.map_or(Value::Null, |value| {
                self.value_or_report(value, &Scope::of(module))
            });
            if output.sensitive {
                value.sensitive()
            } else {
                value
            }
        };
        let value = module.outputs.get(&&**name, compute);
        value.ok_or_else(|| cycle(&module.named(&format!("output.{name}")), output.span))
    }

    /// All outputs of a module as an object.
    fn outputs(&self, module: &ModuleInstance<'a>, span: Span) -> Result<Value, Problem> {
        let names = module.module.outputs.keys();
        let outputs = names.map(|name| Ok((name.clone(), self.output(module, name, span)?)));
        Ok(Value::object(outputs.collect::<Result<Vec<_>, Problem>>()?))
    }

    /// The instances of a module call; `None` if the module is not on the disk.
    fn children(
        &self,
        module: &ModuleInstance<'a>,
        name: &'a Arc<str>,
        call: &'a ModuleCall,
        span: Span,
    ) -> Result<Option<Rc<CallInstances<'a>>>, Problem> {
        let _depth = self.deeper(span)?;
        let compute = || {
            let target = self.modules.callee(module.id, name)?;
            let planned = self
                .planned_values
                .and_then(|planned_values| planned_values.module_keys(&module.address, name));
            let expansion =
                self.expand(&call.body, module, &module.named(&format!("module.{name}")));
            let expansion = expansion.settled(planned);
            if !self.affords(target, expansion.instances.len(), call.header) {
                // Like a module that is not on the disk: what it creates is not known.
                return None;
            }
            let instance = |instance: &expand::BlockInstance| {
                let caller = Caller {
                    parent: module.handle.clone(),
                    call,
                    iterator: instance.iterator.clone(),
                };
                let address = module.address.child(name, instance.key.clone());
                let existence = module.existence.clone().and(instance.existence.clone());
                ModuleInstance::new(self.modules, target, address, Some(caller), existence)
            };
            let instances = expansion.instances.iter().map(instance).collect();
            Some(Rc::new(CallInstances {
                expansion,
                instances,
            }))
        };
        let children = module.children.get(&&**name, compute);
        children.ok_or_else(|| cycle(&module.named(&format!("module.{name}")), call.header))
    }

    fn resource_expansion(
        &self,
        module: &ModuleInstance<'a>,
        name: &'a ResourceName,
        block: &'a ResourceBlock,
        span: Span,
    ) -> Result<Rc<Expansion>, Problem> {
        let _depth = self.deeper(span)?;
        let resource = module.resource_address(name, Key::None);
        let what = resource.to_string();
        let compute = || {
            let expansion = self.expand(&block.body, module, &what);
            let planned = self
                .planned_values
                .and_then(|planned_values| planned_values.keys(&resource));
            let expansion = expansion.settled(planned);
            Rc::new(self.affordable(expansion, &block.body, block.header))
        };
        let expansion = module.expansions.get(&name, compute);
        expansion.ok_or_else(|| cycle(&what, block.header))
    }

    fn resource_value(
        &self,
        module: &ModuleInstance<'a>,
        name: &'a ResourceName,
        block: &'a ResourceBlock,
        expansion: &Expansion,
        position: usize,
        span: Span,
    ) -> Result<Value, Problem> {
        let resource = self.resource(module, name, block, expansion, position, span)?;
        Ok(resource.1.clone())
    }

    /// An instance of a resource, and the same as a value.
    fn resource(
        &self,
        module: &ModuleInstance<'a>,
        name: &'a ResourceName,
        block: &'a ResourceBlock,
        expansion: &Expansion,
        position: usize,
        span: Span,
    ) -> Result<Rc<(Resource, Value)>, Problem> {
        let _depth = self.deeper(span)?;
        let instance = &expansion.instances[position];
        let address = module.resource_address(name, instance.key.clone());
        let compute = || Rc::new(self.evaluate_resource(module, block, address.clone(), instance));
        let resource = module.resources.get(&(name, instance.key.clone()), compute);
        resource.ok_or_else(|| cycle(&address.to_string(), block.header))
    }
}

/// The problem of a thing that depends on itself.
fn cycle(what: &str, span: Span) -> Problem {
    Problem::error(format!("`{what}` depends on itself"), span)
}
