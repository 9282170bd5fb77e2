//! `--var` and `--var-file`, of which a later one prevails over those before it.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, value_parser};

use crate::terraform::GivenVariable;

const VARIABLE: &str = "var";
const FILE: &str = "var-file";

/// What the command line says about variables.
#[derive(Debug, Default)]
pub(super) struct Given {
    /// `--var`, in order.
    pub(super) variables: Vec<GivenVariable>,
    /// `--var-file`, in order.
    pub(super) files: Vec<PathBuf>,
}

/// `NAME=VALUE`
#[derive(Debug, Clone)]
struct Variable(String, String);

impl FromArgMatches for Given {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut given = Self::default();
        given.update_from_arg_matches(matches)?;
        Ok(given)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        let files = matches.get_many::<PathBuf>(FILE).into_iter().flatten();
        self.files = files.cloned().collect();
        let places: Vec<usize> = matches.indices_of(FILE).into_iter().flatten().collect();
        let variables = matches.get_many::<Variable>(VARIABLE).into_iter().flatten();
        let variables = variables.zip(matches.indices_of(VARIABLE).into_iter().flatten());
        let given = variables.map(|(variable, place)| GivenVariable {
            name: variable.0.clone(),
            text: variable.1.clone(),
            files_after: places.iter().filter(|file| **file > place).count(),
        });
        self.variables = given.collect();
        Ok(())
    }
}

impl Args for Given {
    fn augment_args(command: Command) -> Command {
        let variable = Arg::new(VARIABLE)
            .long(VARIABLE)
            .value_name("NAME=VALUE")
            .value_parser(Variable::from_str)
            .action(ArgAction::Append)
            .help(
                "Set a variable of the root modules that declare it; prevails over `TF_VAR_NAME`",
            );
        let file = Arg::new(FILE)
            .long(FILE)
            .value_name("FILE")
            .value_parser(value_parser!(PathBuf))
            .action(ArgAction::Append)
            .help("Read variables from a file; of these and `--var`, the last prevails");
        command.arg(variable).arg(file)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromStr for Variable {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => Ok(Self(name.to_owned(), value.to_owned())),
            _ => Err("write it as `NAME=VALUE`".to_owned()),
        }
    }
}
