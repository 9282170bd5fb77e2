//! Tests of the table of workloads.

use super::*;
use crate::aws::build::argument::Argument::Single;
use crate::aws::provider_types;
use crate::terraform::value::types::Type;

/// The resources of the provider's schema that hold network interfaces with groups; endpoints, NAT gateways and
/// attachments of transit gateways are objects of their own, launch templates a part of others.
const NAMED: &str = "
    aws_instance aws_network_interface aws_autoscaling_group aws_lambda_function aws_ecs_service
    aws_ecs_task_set aws_cloudwatch_event_target aws_scheduler_schedule aws_pipes_pipe
    aws_eks_cluster aws_eks_node_group aws_eks_fargate_profile aws_db_instance aws_rds_cluster
    aws_db_proxy aws_docdb_cluster aws_neptune_cluster aws_redshift_cluster
    aws_redshiftserverless_workgroup aws_elasticache_cluster aws_elasticache_replication_group
    aws_elasticache_serverless_cache aws_memorydb_cluster aws_opensearch_domain
    aws_elasticsearch_domain aws_msk_cluster aws_msk_serverless_cluster aws_mwaa_environment
    aws_emrserverless_application aws_emr_cluster aws_batch_compute_environment
    aws_codebuild_project aws_glue_connection aws_sagemaker_notebook_instance
    aws_sagemaker_domain aws_sagemaker_model aws_dms_replication_instance aws_efs_mount_target
    aws_fsx_lustre_file_system aws_fsx_ontap_file_system aws_fsx_openzfs_file_system
    aws_fsx_windows_file_system aws_mq_broker aws_transfer_server aws_apprunner_vpc_connector
    aws_apigatewayv2_vpc_link aws_kinesis_firehose_delivery_stream
    aws_kinesisanalyticsv2_application aws_lb aws_elb aws_route53_resolver_endpoint
    aws_networkfirewall_firewall aws_ec2_client_vpn_endpoint aws_ec2_instance_connect_endpoint";

#[test]
fn every_resource_with_network_interfaces_has_a_row() {
    let missing: Vec<&str> = NAMED
        .split_whitespace()
        .filter(|name| kind(name).is_none())
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// The type of the argument at the end of a path, as the provider has it.
fn type_of(resource_type: &str, path: &str) -> Option<Type> {
    let mut schema = provider_types::schema(resource_type)?;
    let (blocks, name) = path.rsplit_once('.').unwrap_or(("", path));
    for block in blocks.split('.').filter(|block| !block.is_empty()) {
        schema = schema.nested(block)?;
    }
    schema
        .attributes
        .get(name)
        .map(|attribute| attribute.ty.clone())
}

#[test]
fn every_argument_of_a_row_is_one_of_the_provider_s() {
    let mut wrong = Vec::new();
    for row in &WORKLOAD_TYPES {
        for argument in row.subnets.iter().chain(row.groups) {
            let ty = type_of(row.name, argument.name());
            let is_right = match argument {
                Single(_) => ty.as_ref().is_some_and(Type::is_primitive),
                List(_) => matches!(ty, Some(Type::List(_) | Type::Set(_))),
            };
            if !is_right {
                wrong.push((row.name, argument.name(), ty));
            }
        }
    }
    assert_eq!(wrong, []);
}
