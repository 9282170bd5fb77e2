//! tfvpc.
