//! The types of resources and data sources that a network is made of.
//!
//! `check`, `trace` and the network evaluate these and what they refer to, nothing else: an alarm or an IAM
//! policy costs nothing and causes no problem. A test compares the list with the types that the code of `aws`
//! and of the rules names.

/// Types that the network is built from, workloads and what rules read beside it included; sorted.
const NETWORK_TYPES: &[&str] = &[
    "aws_alb",
    "aws_apigatewayv2_vpc_link",
    "aws_apprunner_vpc_connector",
    "aws_autoscaling_group",
    "aws_batch_compute_environment",
    "aws_cloudwatch_event_target",
    "aws_codebuild_project",
    "aws_db_instance",
    "aws_db_proxy",
    "aws_db_subnet_group",
    "aws_default_network_acl",
    "aws_default_route_table",
    "aws_default_security_group",
    "aws_default_subnet",
    "aws_default_vpc",
    "aws_dms_replication_instance",
    "aws_dms_replication_subnet_group",
    "aws_docdb_cluster",
    "aws_docdb_subnet_group",
    "aws_dx_gateway_association",
    "aws_dx_hosted_private_virtual_interface_accepter",
    "aws_dx_private_virtual_interface",
    "aws_dynamodb_table",
    "aws_ec2_carrier_gateway",
    "aws_ec2_client_vpn_endpoint",
    "aws_ec2_client_vpn_network_association",
    "aws_ec2_instance_connect_endpoint",
    "aws_ec2_local_gateway",
    "aws_ec2_local_gateways",
    "aws_ec2_managed_prefix_list",
    "aws_ec2_managed_prefix_list_entry",
    "aws_ec2_transit_gateway",
    "aws_ec2_transit_gateway_route",
    "aws_ec2_transit_gateway_vpc_attachment",
    "aws_ecr_repository",
    "aws_ecs_service",
    "aws_ecs_task_definition",
    "aws_ecs_task_set",
    "aws_efs_mount_target",
    "aws_egress_only_internet_gateway",
    "aws_eip",
    "aws_eip_association",
    "aws_eips",
    "aws_eks_cluster",
    "aws_eks_fargate_profile",
    "aws_eks_node_group",
    "aws_elasticache_cluster",
    "aws_elasticache_replication_group",
    "aws_elasticache_serverless_cache",
    "aws_elasticache_subnet_group",
    "aws_elasticsearch_domain",
    "aws_elb",
    "aws_emr_cluster",
    "aws_emrserverless_application",
    "aws_fsx_lustre_file_system",
    "aws_fsx_ontap_file_system",
    "aws_fsx_openzfs_file_system",
    "aws_fsx_windows_file_system",
    "aws_glue_connection",
    "aws_iam_instance_profile",
    "aws_iam_role",
    "aws_iam_role_policy_attachment",
    "aws_instance",
    "aws_instances",
    "aws_internet_gateway",
    "aws_internet_gateway_attachment",
    "aws_kinesis_firehose_delivery_stream",
    "aws_kinesisanalyticsv2_application",
    "aws_lambda_function",
    "aws_launch_configuration",
    "aws_launch_template",
    "aws_lb",
    "aws_lb_target_group_attachment",
    "aws_main_route_table_association",
    "aws_memorydb_cluster",
    "aws_memorydb_subnet_group",
    "aws_mq_broker",
    "aws_msk_cluster",
    "aws_msk_serverless_cluster",
    "aws_mwaa_environment",
    "aws_nat_gateway",
    "aws_nat_gateways",
    "aws_neptune_cluster",
    "aws_neptune_subnet_group",
    "aws_network_acl",
    "aws_network_acl_association",
    "aws_network_acl_rule",
    "aws_network_acls",
    "aws_network_interface",
    "aws_network_interface_sg_attachment",
    "aws_network_interfaces",
    "aws_networkfirewall_firewall",
    "aws_networkmanager_core_network",
    "aws_odb_network",
    "aws_opensearch_domain",
    "aws_pipes_pipe",
    "aws_prefix_list",
    "aws_rds_cluster",
    "aws_redshift_cluster",
    "aws_redshift_subnet_group",
    "aws_redshiftserverless_workgroup",
    "aws_route",
    "aws_route53_record",
    "aws_route53_resolver_endpoint",
    "aws_route53_resolver_rule",
    "aws_route53_resolver_rule_association",
    "aws_route53_zone",
    "aws_route53_zone_association",
    "aws_route53profiles_association",
    "aws_route_table",
    "aws_route_table_association",
    "aws_route_tables",
    "aws_s3_bucket",
    "aws_s3_bucket_acl",
    "aws_s3_bucket_policy",
    "aws_s3_bucket_website_configuration",
    "aws_sagemaker_domain",
    "aws_sagemaker_model",
    "aws_sagemaker_notebook_instance",
    "aws_scheduler_schedule",
    "aws_security_group",
    "aws_security_group_rule",
    "aws_security_groups",
    "aws_spot_instance_request",
    "aws_subnet",
    "aws_subnet_ids",
    "aws_subnets",
    "aws_transfer_server",
    "aws_vpc",
    "aws_vpc_block_public_access_exclusion",
    "aws_vpc_block_public_access_options",
    "aws_vpc_dhcp_options",
    "aws_vpc_dhcp_options_association",
    "aws_vpc_endpoint",
    "aws_vpc_endpoint_policy",
    "aws_vpc_endpoint_private_dns",
    "aws_vpc_endpoint_route_table_association",
    "aws_vpc_endpoint_security_group_association",
    "aws_vpc_endpoint_service",
    "aws_vpc_endpoint_service_allowed_principal",
    "aws_vpc_endpoint_subnet_association",
    "aws_vpc_ipv4_cidr_block_association",
    "aws_vpc_ipv6_cidr_block_association",
    "aws_vpc_peering_connection",
    "aws_vpc_peering_connection_accepter",
    "aws_vpc_peering_connection_options",
    "aws_vpc_route_server_propagation",
    "aws_vpc_security_group_egress_rule",
    "aws_vpc_security_group_ingress_rule",
    "aws_vpc_security_group_rules_exclusive",
    "aws_vpc_security_group_vpc_association",
    "aws_vpcs",
    "aws_vpn_connection",
    "aws_vpn_connection_route",
    "aws_vpn_gateway",
    "aws_vpn_gateway_attachment",
    "aws_vpn_gateway_route_propagation",
];

/// Whether the network reads resources or data sources of a type.
pub(super) fn is_of_network(kind: &str) -> bool {
    NETWORK_TYPES.binary_search(&kind).is_ok()
}

/// Modules that make networks, as namespace and name in the registry; their repositories on GitHub are
/// called `NAMESPACE/terraform-aws-NAME`.
const NETWORK_MODULES: &[(&str, &str)] = &[
    ("aws-ia", "vpc"),
    ("aws-ia", "ipam"),
    ("cloudposse", "dynamic-subnets"),
    ("cloudposse", "multi-az-subnets"),
    ("cloudposse", "named-subnets"),
    ("cloudposse", "transit-gateway"),
    ("cloudposse", "vpc"),
    ("cloudposse", "vpc-peering"),
    ("terraform-aws-modules", "network-firewall"),
    ("terraform-aws-modules", "transit-gateway"),
    ("terraform-aws-modules", "vpc"),
];

/// Whether the `source` of a module call, from a registry or from git, names a module that makes a network.
pub(super) fn makes_network(source: &str) -> bool {
    NETWORK_MODULES.iter().any(|(namespace, name)| {
        let in_registry = format!("{namespace}/{name}/aws");
        let on_github = format!("{namespace}/terraform-aws-{name}");
        [in_registry, on_github].iter().any(|known| {
            let place = source.find(known.as_str());
            place.is_some_and(|start| {
                let before = source[..start].chars().next_back();
                let after = source[start + known.len()..].chars().next();
                before.is_none_or(|c| matches!(c, '/' | ':' | '@'))
                    && after.is_none_or(|c| matches!(c, '/' | '.' | '?'))
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted() {
        assert!(NETWORK_TYPES.is_sorted());
    }

    #[test]
    fn a_module_is_known_however_its_source_is_written() {
        for source in [
            "terraform-aws-modules/vpc/aws",
            "registry.terraform.io/terraform-aws-modules/vpc/aws",
            "terraform-aws-modules/vpc/aws//modules/vpc-endpoints",
            "git::https://github.com/terraform-aws-modules/terraform-aws-vpc.git?ref=v5.8.1",
            "git@github.com:cloudposse/terraform-aws-dynamic-subnets.git",
        ] {
            assert!(makes_network(source), "{source}");
        }
        for source in [
            "terraform-aws-modules/s3-bucket/aws",
            "my-terraform-aws-modules/vpc/aws",
            "cloudposse/terraform-aws-vpc-flow-logs-s3-bucket",
        ] {
            assert!(!makes_network(source), "{source}");
        }
    }
}
