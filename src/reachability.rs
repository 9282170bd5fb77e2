//! Reachability: questions about the network, answered with verdicts and the hops that prove them.

pub mod path;
