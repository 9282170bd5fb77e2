//! `--var` and `--var-file`. Of all of them the last one prevails, as in Terraform, so their order on the
//! command line counts. clap's derive loses it; the argument traits are written by hand instead.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, value_parser};

use crate::terraform::GivenVariable;

const VARIABLE: &str = "var";
const FILE: &str = "var-file";

/// What the command line says about variables.
#[derive(Debug, Default)]
pub(super) struct GivenVariables {
    /// `--var`, in order.
    pub(super) variables: Vec<GivenVariable>,
    /// `--var-file`, in order.
    pub(super) files: Vec<PathBuf>,
}

/// `NAME=VALUE`
#[derive(Debug, Clone)]
struct VarArgument(String, String);

impl FromArgMatches for GivenVariables {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut given = Self::default();
        given.update_from_arg_matches(matches)?;
        Ok(given)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        let files = matches.get_many::<PathBuf>(FILE).into_iter().flatten();
        self.files = files.cloned().collect();
        let file_positions = matches.indices_of(FILE).into_iter().flatten();
        let file_positions: Vec<usize> = file_positions.collect();
        let arguments = matches.get_many::<VarArgument>(VARIABLE);
        let positions = matches.indices_of(VARIABLE).into_iter().flatten();
        let positioned = arguments.into_iter().flatten().zip(positions);
        let variables = positioned.map(|(variable, position)| {
            let files_after = file_positions.iter().filter(|file| **file > position);
            GivenVariable {
                name: variable.0.clone(),
                text: variable.1.clone(),
                files_after: files_after.count(),
            }
        });
        self.variables = variables.collect();
        Ok(())
    }
}

impl Args for GivenVariables {
    fn augment_args(command: Command) -> Command {
        let variable = Arg::new(VARIABLE)
            .long(VARIABLE)
            .value_name("NAME=VALUE")
            .value_parser(VarArgument::from_str)
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

impl FromStr for VarArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => Ok(Self(name.to_owned(), value.to_owned())),
            _ => Err("write it as `NAME=VALUE`".to_owned()),
        }
    }
}
