//! AWS: from resource instances to the typed network, its address and traffic sets, and the
//! embedded data about AWS.

pub mod address_set;
pub mod interval_set;
pub mod packet_set;
pub mod traffic;
