#!/usr/bin/env python3
"""Write src/aws/data/provider_types.tsv: attribute types of the AWS provider's networking-related resources.

usage: provider_types.py SCHEMA.json.gz

SCHEMA is the compact provider schema: {"version", "resources": {type: BLOCK}, "data": {type: BLOCK}} with
BLOCK = {"a": {attribute: [type, flags]}, "b": {block: [nesting, min, max, BLOCK]}} and types as Terraform writes
them ("string", ["list", "string"], ["object", {name: type}]). A name in the lists below that the schema does not
have is an error, so that a renamed resource does not vanish unseen.
"""

import fnmatch
import gzip
import json
import pathlib
import sys

TABLE = pathlib.Path(__file__).resolve().parent.parent / "src/aws/data/provider_types.tsv"

HEADER = """\
# AWS provider {version}: {resources} resources, {data} data sources. Written by scripts/provider_types.py. \
Line = TYPE<TAB>ITEMS, sorted by TYPE; a data source has TYPE `data.aws_x`. ITEMS = ITEM separated by spaces. \
ITEM = NAME=FLAGS:TYPE (attribute) or NAME=NESTING:MIN-MAX(ITEMS) (block). \
FLAGS = r required, o optional, c computed, oc optional and computed. \
NESTING = list, set, map or single; MAX is empty if there is none. \
TYPE = s string, n number, b bool, * any, [T] list, <T> set, {{T}} map, (NAME:T,NAME:T) object.
"""

# Patterns of resource types. Each must match something.
RESOURCES = """
aws_vpc aws_vpc_* aws_default_* aws_subnet aws_route aws_route_* aws_main_route_table_association
aws_internet_gateway aws_internet_gateway_* aws_egress_only_internet_gateway aws_customer_gateway aws_vpn_*
aws_nat_gateway aws_nat_gateway_* aws_eip aws_eip_* aws_network_acl aws_network_acl_* aws_network_interface
aws_network_interface_* aws_security_group aws_security_group_rule aws_flow_log
aws_ec2_transit_gateway aws_ec2_transit_gateway_* aws_ec2_managed_prefix_list aws_ec2_managed_prefix_list_*
aws_ec2_subnet_cidr_reservation aws_ec2_local_gateway_* aws_ec2_carrier_gateway aws_ec2_client_vpn_*
aws_ec2_instance_connect_endpoint aws_ec2_fleet aws_ec2_tag
aws_networkfirewall_firewall aws_networkfirewall_firewall_policy aws_networkfirewall_vpc_endpoint_association
aws_networkmanager_vpc_attachment aws_networkmanager_core_network aws_networkmanager_global_network
aws_dx_gateway aws_dx_gateway_association
aws_vpclattice_resource_configuration aws_vpclattice_resource_gateway aws_vpclattice_service_network
aws_vpclattice_service_network_vpc_association
aws_route53_zone aws_route53_zone_association aws_route53_vpc_association_authorization aws_route53_record
aws_route53_resolver_*
aws_lb aws_lb_* aws_alb aws_alb_* aws_elb aws_elb_attachment aws_verifiedaccess_endpoint
aws_instance aws_spot_instance_request aws_launch_* aws_autoscaling_group aws_imagebuilder_infrastructure_configuration
aws_lambda_function aws_lambda_permission aws_lambda_event_source_mapping
aws_ecs_* aws_eks_* aws_ecr_repository aws_cloudwatch_event_target aws_scheduler_schedule aws_pipes_pipe
aws_db_* aws_rds_cluster aws_rds_cluster_instance aws_rds_cluster_endpoint aws_rds_global_cluster
aws_docdb_cluster aws_docdb_cluster_instance aws_docdb_subnet_group aws_docdbelastic_cluster
aws_neptune_cluster aws_neptune_cluster_instance aws_neptune_subnet_group
aws_redshift_cluster aws_redshift_subnet_group aws_redshift_endpoint_access
aws_redshiftserverless_workgroup aws_redshiftserverless_endpoint_access aws_timestreaminfluxdb_db_instance
aws_elasticache_cluster aws_elasticache_replication_group aws_elasticache_serverless_cache aws_elasticache_subnet_group
aws_memorydb_cluster aws_memorydb_subnet_group aws_dax_cluster aws_dax_subnet_group
aws_opensearch_domain aws_opensearch_vpc_endpoint aws_elasticsearch_domain aws_elasticsearch_vpc_endpoint
aws_opensearchserverless_vpc_endpoint aws_osis_pipeline
aws_msk_cluster aws_msk_serverless_cluster aws_msk_vpc_connection aws_mskconnect_connector
aws_mwaa_environment aws_emr_cluster aws_emr_studio aws_emrserverless_application aws_batch_compute_environment
aws_codebuild_project aws_glue_connection aws_glue_dev_endpoint aws_synthetics_canary aws_grafana_workspace
aws_prometheus_scraper aws_quicksight_vpc_connection aws_appstream_fleet
aws_sagemaker_notebook_instance aws_sagemaker_domain aws_sagemaker_model
aws_dms_replication_instance aws_dms_replication_subnet_group aws_dms_replication_config
aws_efs_file_system aws_efs_mount_target aws_fsx_*_file_system aws_fsx_file_cache aws_storagegateway_gateway
aws_mq_broker aws_transfer_server aws_apprunner_vpc_connector aws_apprunner_vpc_ingress_connection
aws_apprunner_service aws_apigatewayv2_vpc_link aws_api_gateway_vpc_link aws_api_gateway_rest_api
aws_kinesis_firehose_delivery_stream aws_kinesisanalyticsv2_application
aws_workspaces_directory aws_directory_service_directory aws_cloud9_environment_ec2 aws_cloudhsm_v2_cluster
aws_s3_bucket aws_s3_bucket_* aws_s3_access_point aws_s3_directory_bucket aws_s3_object
aws_dynamodb_table aws_dynamodb_resource_policy aws_sqs_queue aws_sns_topic aws_kms_key
aws_secretsmanager_secret aws_secretsmanager_secret_version aws_ssm_parameter
aws_iam_role aws_iam_policy aws_iam_role_policy aws_iam_role_policy_attachment aws_iam_instance_profile
aws_ram_resource_share aws_ram_resource_association aws_ram_principal_association aws_cloudwatch_log_group
"""

DATA = """
aws_region aws_regions aws_availability_zone aws_availability_zones aws_caller_identity aws_partition aws_default_tags
aws_prefix_list aws_ip_ranges aws_service aws_arn aws_iam_policy_document aws_iam_policy aws_iam_role
aws_ami aws_ami_ids aws_vpc aws_vpcs aws_vpc_* aws_subnet aws_subnets aws_route aws_route_table aws_route_tables
aws_internet_gateway aws_customer_gateway aws_vpn_* aws_nat_gateway aws_nat_gateways aws_eip aws_eips
aws_network_acls aws_network_interface aws_network_interfaces aws_security_group aws_security_groups
aws_ec2_managed_prefix_list aws_ec2_managed_prefix_lists aws_ec2_transit_gateway aws_ec2_transit_gateway_*
aws_networkfirewall_firewall aws_route53_zone aws_route53_resolver_endpoint aws_lb aws_lb_target_group aws_elb
aws_instance aws_instances aws_launch_template aws_autoscaling_group aws_lambda_function aws_ecs_cluster aws_ecs_service
aws_eks_cluster aws_eks_addon_version aws_outposts_outpost aws_acm_certificate aws_canonical_user_id
aws_iam_session_context aws_organizations_organization
aws_db_instance aws_db_subnet_group aws_rds_cluster aws_s3_bucket aws_s3_object aws_dynamodb_table
aws_kms_key aws_secretsmanager_secret aws_secretsmanager_secret_version aws_ssm_parameter aws_ssm_parameters_by_path
"""

PRIMITIVES = {"string": "s", "number": "n", "bool": "b", "dynamic": "*"}
COLLECTIONS = {"list": "[{}]", "set": "<{}>", "map": "{{{}}}"}


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with gzip.open(sys.argv[1], "rt") as file:
        schema = json.load(file)
    resources = select(schema["resources"], RESOURCES)
    data = select(schema["data"], DATA)
    lines = [line(name, schema["resources"][name]) for name in resources]
    lines += [line("data." + name, schema["data"][name]) for name in data]
    header = HEADER.format(version=schema["version"], resources=len(resources), data=len(data))
    TABLE.parent.mkdir(parents=True, exist_ok=True)
    TABLE.write_text(header + "".join(sorted(lines)))


def select(blocks, patterns):
    chosen = set()
    for pattern in patterns.split():
        found = fnmatch.filter(blocks, pattern)
        if not found:
            sys.exit(f"no type matches `{pattern}`")
        chosen.update(found)
    return chosen


def line(name, block):
    return f"{name}\t{items(block)}\n"


def items(block):
    attributes = [f"{name}={flags.replace('s', '')}:{code(type_)}" for name, (type_, flags) in block["a"].items()]
    blocks = [f"{name}={nested(*spec[:4])}" for name, spec in block["b"].items()]
    return " ".join(sorted(attributes + blocks))


def nested(nesting, least, most, block):
    return f"{nesting}:{least}-{most or ''}({items(block)})"


def code(type_):
    if isinstance(type_, str):
        return PRIMITIVES[type_]
    kind, of = type_
    if kind == "object":
        return "(" + ",".join(f"{name}:{code(member)}" for name, member in sorted(of.items())) + ")"
    return COLLECTIONS[kind].format(code(of))


if __name__ == "__main__":
    main()
