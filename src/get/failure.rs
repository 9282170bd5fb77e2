//! Why a package could not be had, and what to do about it.

use std::io;

use thiserror::Error;

use crate::git::GitFailure;
use crate::terraform::module_source::{InvalidConstraint, InvalidSource};

/// Why a package could not be had.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GetFailure {
    /// The `source` names nothing.
    #[error("{0}")]
    Source(#[from] InvalidSource),
    /// The `version` is none.
    #[error("{0}")]
    Constraint(#[from] InvalidConstraint),
    /// It needs a getter that tfvpc lacks.
    #[error("sources of type `{0}` are not supported")]
    Unsupported(String),
    /// The source holds a private key.
    #[error("a source with `sshkey` is not supported")]
    KeyInSource,
    /// Its transport is not allowed.
    #[error("the transport `{0}` is not allowed")]
    Transport(String),
    /// `--allow-host` does not name its host.
    #[error("the host `{0}` is not one that `--allow-host` names")]
    Host(String),
    /// An address led to a machine of the local network.
    #[error("`{host}` led to `{target}`, which is an address of the local network")]
    Private {
        /// Who led there.
        host: String,
        /// Where.
        target: String,
    },
    /// The address of the metadata service and its like.
    #[error("`{0}` is a link-local address")]
    LinkLocal(String),
    /// Nothing answers.
    #[error("`{host}` cannot be reached: {reason}")]
    Connection {
        /// Who.
        host: String,
        /// What the client says.
        reason: String,
    },
    /// An answer that is none.
    #[error("`{host}` answered {status}{}", about_token(.credential.as_ref()))]
    Status {
        /// Who.
        host: String,
        /// The status of HTTP.
        status: u16,
        /// The credential that was looked for.
        credential: Option<Credential>,
    },
    /// An answer that nobody understands.
    #[error("`{host}` answered {what}")]
    Answer {
        /// Who.
        host: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A redirection to what must not be read.
    #[error("`{host}` redirects to `{target}`, which is not followed")]
    Redirect {
        /// Who.
        host: String,
        /// Where, without secrets.
        target: String,
    },
    /// More redirections than anybody needs.
    #[error("`{0}` redirects without end")]
    Redirects(String),
    /// The registry has no such module.
    #[error("`{host}` has no module `{module}`")]
    NoModule {
        /// Who.
        host: String,
        /// `namespace/name/system`
        module: String,
    },
    /// The registry has no version that the call takes.
    #[error("no version of it is {}{}", wanted(.constraint), but(.newest.as_ref()))]
    NoVersion {
        /// What the call asks for.
        constraint: String,
        /// The newest version.
        newest: Option<String>,
    },
    /// What git says.
    #[error("{0}")]
    Git(#[from] GitFailure),
    /// The repository has no such tag, branch or commit.
    #[error("the repository has no tag, branch or commit `{0}`")]
    NoReference(String),
    /// The package has no such folder.
    #[error("the package has no folder `{0}`")]
    NoFolder(String),
    /// The folder is a submodule.
    #[error("`{0}` is a submodule, which is not fetched")]
    Submodule(String),
    /// It is larger than any module.
    #[error("it is larger than {0}")]
    TooLarge(&'static str),
    /// A name in it leads out of it.
    #[error("it holds the name `{0}`, which leads out of the package")]
    UnsafeName(String),
    /// It is no archive of a kind that is read.
    #[error("{0}")]
    Archive(&'static str),
    /// Its content is not what the source says.
    #[error("its checksum is not that of the source")]
    Checksum,
    /// The index has no entry, and nothing may be asked.
    #[error("the index of the repository does not list it")]
    NotInIndex,
    /// More packages than any repository has.
    #[error("packages call more than {0} other packages")]
    TooMany(usize),
    /// The disk.
    #[error("the cache cannot be written: {0}")]
    Disk(String),
}

/// The credential that was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// Whether there was one.
    pub is_given: bool,
    /// Where it is looked for first: `TF_TOKEN_app_terraform_io`.
    pub variable: String,
}

impl GetFailure {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        let text = match self {
            Self::Unsupported(_) | Self::Submodule(_) => {
                "run `terraform get` in the root module: tfvpc reads what it installs"
            }
            Self::KeyInSource => "leave it out, and add the key to the agent of ssh",
            Self::Transport(_) => "`GIT_ALLOW_PROTOCOL` names the transports that are allowed",
            Self::Host(_) => "add `--allow-host` with its name if it may be asked",
            Self::Private { .. } | Self::LinkLocal(_) => {
                "name the host with `--allow-host` if it is meant"
            }
            Self::Status {
                status: 401 | 403,
                credential: Some(credential),
                ..
            } => {
                return Some(if credential.is_given {
                    "look whether the token is still valid".to_owned()
                } else {
                    format!("set `{}`, or run `terraform login`", credential.variable)
                });
            }
            Self::Status {
                status: 401 | 403, ..
            } => "add the host to `~/.netrc`",
            Self::NotInIndex => "run `tfvpc get` without `--locked`",
            _ => return None,
        };
        Some(text.to_owned())
    }
}

impl From<io::Error> for GetFailure {
    fn from(error: io::Error) -> Self {
        Self::Disk(error.to_string())
    }
}

fn about_token(looked_for: Option<&Credential>) -> String {
    match looked_for {
        Some(credential) if credential.is_given => " for the token that it has".to_owned(),
        Some(_) => ", and there is no token for it".to_owned(),
        None => String::new(),
    }
}

fn wanted(constraint: &str) -> String {
    match constraint {
        "" => "a release".to_owned(),
        constraint => format!("`{constraint}`"),
    }
}

fn but(newest: Option<&String>) -> String {
    newest.map_or(String::new(), |version| {
        format!(": the newest is {version}")
    })
}
