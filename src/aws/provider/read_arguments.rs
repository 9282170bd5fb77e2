//! Which arguments the network reads, of types of which it reads only some.
//!
//! Roles, buckets and workloads are evaluated for the little that they say about the network: who may pull an image,
//! which subnets a function is in. What else they are given may fail as it likes: a policy with a misspelt name stops
//! no packet. Such an argument is unknown to the network, so that whoever reads it all the same decides nothing by it.

use crate::aws::build::is_workload_type;

/// Types that are no part of the network, and all that is read of them.
const EVIDENCE: &[(&str, &[&str])] = &[
    ("aws_dynamodb_table", &["hash_key", "name", "region"]),
    ("aws_ecr_repository", &["region"]),
    ("aws_iam_instance_profile", &["name", "name_prefix", "role"]),
    (
        "aws_iam_role",
        &["managed_policy_arns", "name", "name_prefix"],
    ),
    ("aws_iam_role_policy_attachment", &["policy_arn", "role"]),
    (
        "aws_s3_bucket",
        &[
            "acl",
            "bucket",
            "bucket_prefix",
            "policy",
            "region",
            "website",
        ],
    ),
    ("aws_s3_bucket_acl", &["acl", "bucket", "region"]),
    ("aws_s3_bucket_policy", &["bucket", "policy", "region"]),
    ("aws_s3_bucket_website_configuration", &["bucket", "region"]),
];

/// What no type says about the network: the code that workloads run, and their keys.
const UNREAD: &[&str] = &[
    "environment",
    "environment_variables",
    "filename",
    "image_uri",
    "key_name",
    "master_password",
    "password",
    "s3_bucket",
    "s3_key",
    "s3_object_version",
    "source_code_hash",
    "user_data",
    "user_data_base64",
];

/// Whether resources of a type are no part of the network, but say something about it.
pub(super) fn is_evidence(kind: &str) -> bool {
    EVIDENCE.iter().any(|(known, _)| *known == kind)
}

/// Whether the network reads an argument, block or `lifecycle` of a type.
pub(super) fn reads(kind: &str, argument: &str) -> bool {
    match EVIDENCE.iter().find(|(known, _)| *known == kind) {
        Some((_, arguments)) => arguments.contains(&argument),
        // Conditions on a workload say nothing about the network either.
        None if argument == "lifecycle" => !is_workload_type(kind),
        None => !UNREAD.contains(&argument),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::provider::network_types;
    use crate::aws::provider_types;

    #[test]
    fn types_and_arguments_are_those_of_the_provider() {
        for (kind, arguments) in EVIDENCE {
            assert!(network_types::is_of_network(kind), "{kind}");
            let schema = provider_types::schema(kind);
            let schema = schema.unwrap_or_else(|| panic!("{kind} is not in the table"));
            for argument in *arguments {
                let is_known =
                    schema.attributes.contains_key(*argument) || schema.nested(argument).is_some();
                assert!(is_known, "{kind}.{argument}");
            }
        }
    }

    #[test]
    fn a_subnet_is_read_whole_and_a_function_without_its_code() {
        assert!(reads("aws_subnet", "lifecycle"));
        assert!(reads("aws_lambda_function", "vpc_config"));
        assert!(!reads("aws_lambda_function", "filename"));
        assert!(!reads("aws_iam_role", "assume_role_policy"));
    }
}
