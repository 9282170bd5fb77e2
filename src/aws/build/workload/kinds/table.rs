//! The types of workloads, a row each.

use super::{DefaultGroup, PublicIp, SubnetAssociation, WorkloadType};
use crate::aws::build::argument::Argument::{List, Single};
use crate::aws::workload::{Role, SourcePorts};

const BASE: WorkloadType = WorkloadType {
    name: "",
    subnets: &[List("subnet_ids")],
    subnet_groups: &[],
    subnet_associations: None,
    groups: &[List("security_group_ids")],
    opaque_groups: &[],
    default_group: DefaultGroup::Yes,
    is_always_in_a_subnet: false,
    role: Role::Client,
    source_ports: SourcePorts::SomeEphemeral,
    outside_rules: None,
    public_ip: PublicIp::Never,
    ipv6: None,
};

const SERVER: WorkloadType = WorkloadType {
    role: Role::Server,
    groups: &[List("vpc_security_group_ids")],
    ..BASE
};

const TASK: WorkloadType = WorkloadType {
    subnets: &[List("network_configuration.subnets")],
    groups: &[List("network_configuration.security_groups")],
    public_ip: PublicIp::If("network_configuration.assign_public_ip"),
    ..BASE
};

const INSTANCE: WorkloadType = WorkloadType {
    subnets: &[Single("subnet_id")],
    groups: &[List("vpc_security_group_ids")],
    // The names of groups in the default VPC.
    opaque_groups: &["security_groups"],
    is_always_in_a_subnet: true,
    public_ip: PublicIp::OfSubnet("associate_public_ip_address"),
    ..BASE
};

const DB_SUBNETS: &[(&str, &str)] = &[("db_subnet_group_name", "aws_db_subnet_group")];
const CACHE_SUBNETS: &[(&str, &str)] = &[("subnet_group_name", "aws_elasticache_subnet_group")];

pub(super) static WORKLOAD_TYPES: [WorkloadType; 56] = [
    WorkloadType {
        name: "aws_instance",
        ..INSTANCE
    },
    WorkloadType {
        name: "aws_spot_instance_request",
        ..INSTANCE
    },
    WorkloadType {
        name: "aws_network_interface",
        subnets: &[Single("subnet_id")],
        groups: &[List("security_groups")],
        role: Role::Unknown,
        public_ip: PublicIp::Elastic,
        ..BASE
    },
    WorkloadType {
        name: "aws_autoscaling_group",
        subnets: &[List("vpc_zone_identifier")],
        groups: &[],
        public_ip: PublicIp::OfSubnet("associate_public_ip_address"),
        ..BASE
    },
    WorkloadType {
        name: "aws_lambda_function",
        subnets: &[List("vpc_config.subnet_ids")],
        groups: &[List("vpc_config.security_group_ids")],
        source_ports: SourcePorts::EveryEphemeral,
        ipv6: Some("vpc_config.ipv6_allowed_for_dual_stack"),
        ..BASE
    },
    WorkloadType {
        name: "aws_ecs_service",
        ..TASK
    },
    WorkloadType {
        name: "aws_ecs_task_set",
        ..TASK
    },
    WorkloadType {
        name: "aws_cloudwatch_event_target",
        subnets: &[List("ecs_target.network_configuration.subnets")],
        groups: &[List("ecs_target.network_configuration.security_groups")],
        public_ip: PublicIp::If("ecs_target.network_configuration.assign_public_ip"),
        ..BASE
    },
    WorkloadType {
        name: "aws_scheduler_schedule",
        subnets: &[List("target.ecs_parameters.network_configuration.subnets")],
        groups: &[List(
            "target.ecs_parameters.network_configuration.security_groups",
        )],
        public_ip: PublicIp::If("target.ecs_parameters.network_configuration.assign_public_ip"),
        ..BASE
    },
    WorkloadType {
        name: "aws_pipes_pipe",
        subnets: &[List(
            "target_parameters.ecs_task_parameters.network_configuration.aws_vpc_configuration.subnets",
        )],
        groups: &[List(
            "target_parameters.ecs_task_parameters.network_configuration.aws_vpc_configuration.security_groups",
        )],
        public_ip: PublicIp::If(
            "target_parameters.ecs_task_parameters.network_configuration.aws_vpc_configuration.assign_public_ip",
        ),
        ..BASE
    },
    WorkloadType {
        name: "aws_eks_cluster",
        subnets: &[List("vpc_config.subnet_ids")],
        groups: &[List("vpc_config.security_group_ids")],
        default_group: DefaultGroup::OfCluster("id"),
        role: Role::Server,
        ..BASE
    },
    WorkloadType {
        name: "aws_eks_node_group",
        groups: &[],
        default_group: DefaultGroup::OfCluster("cluster_name"),
        public_ip: PublicIp::OfSubnet("associate_public_ip_address"),
        ..BASE
    },
    WorkloadType {
        name: "aws_eks_fargate_profile",
        groups: &[],
        default_group: DefaultGroup::OfCluster("cluster_name"),
        ..BASE
    },
    WorkloadType {
        name: "aws_batch_compute_environment",
        subnets: &[List("compute_resources.subnets")],
        groups: &[List("compute_resources.security_group_ids")],
        public_ip: PublicIp::OfSubnet("associate_public_ip_address"),
        ..BASE
    },
    WorkloadType {
        name: "aws_codebuild_project",
        subnets: &[List("vpc_config.subnets")],
        groups: &[List("vpc_config.security_group_ids")],
        ..BASE
    },
    WorkloadType {
        name: "aws_glue_connection",
        subnets: &[Single("physical_connection_requirements.subnet_id")],
        groups: &[List(
            "physical_connection_requirements.security_group_id_list",
        )],
        ..BASE
    },
    WorkloadType {
        name: "aws_sagemaker_notebook_instance",
        subnets: &[Single("subnet_id")],
        groups: &[List("security_groups")],
        ..BASE
    },
    WorkloadType {
        name: "aws_sagemaker_domain",
        groups: &[List("default_user_settings.security_groups")],
        ..BASE
    },
    WorkloadType {
        name: "aws_sagemaker_model",
        subnets: &[List("vpc_config.subnets")],
        groups: &[List("vpc_config.security_group_ids")],
        ..BASE
    },
    WorkloadType {
        name: "aws_mwaa_environment",
        subnets: &[List("network_configuration.subnet_ids")],
        groups: &[List("network_configuration.security_group_ids")],
        ..BASE
    },
    WorkloadType {
        name: "aws_emrserverless_application",
        subnets: &[List("network_configuration.subnet_ids")],
        groups: &[List("network_configuration.security_group_ids")],
        ..BASE
    },
    WorkloadType {
        name: "aws_emr_cluster",
        subnets: &[
            Single("ec2_attributes.subnet_id"),
            List("ec2_attributes.subnet_ids"),
        ],
        groups: &[
            Single("ec2_attributes.emr_managed_master_security_group"),
            Single("ec2_attributes.emr_managed_slave_security_group"),
            Single("ec2_attributes.service_access_security_group"),
        ],
        opaque_groups: &[
            "ec2_attributes.additional_master_security_groups",
            "ec2_attributes.additional_slave_security_groups",
        ],
        public_ip: PublicIp::OfSubnet("associate_public_ip_address"),
        ..BASE
    },
    WorkloadType {
        name: "aws_kinesis_firehose_delivery_stream",
        subnets: &[
            List("elasticsearch_configuration.vpc_config.subnet_ids"),
            List("opensearch_configuration.vpc_config.subnet_ids"),
            List("opensearchserverless_configuration.vpc_config.subnet_ids"),
        ],
        groups: &[
            List("elasticsearch_configuration.vpc_config.security_group_ids"),
            List("opensearch_configuration.vpc_config.security_group_ids"),
            List("opensearchserverless_configuration.vpc_config.security_group_ids"),
        ],
        ..BASE
    },
    WorkloadType {
        name: "aws_kinesisanalyticsv2_application",
        subnets: &[List(
            "application_configuration.vpc_configuration.subnet_ids",
        )],
        groups: &[List(
            "application_configuration.vpc_configuration.security_group_ids",
        )],
        ..BASE
    },
    WorkloadType {
        name: "aws_apprunner_vpc_connector",
        subnets: &[List("subnets")],
        groups: &[List("security_groups")],
        ..BASE
    },
    WorkloadType {
        name: "aws_dms_replication_instance",
        subnets: &[],
        subnet_groups: &[(
            "replication_subnet_group_id",
            "aws_dms_replication_subnet_group",
        )],
        groups: &[List("vpc_security_group_ids")],
        public_ip: PublicIp::If("publicly_accessible"),
        ..BASE
    },
    WorkloadType {
        name: "aws_db_instance",
        subnets: &[],
        subnet_groups: DB_SUBNETS,
        public_ip: PublicIp::If("publicly_accessible"),
        ..SERVER
    },
    WorkloadType {
        name: "aws_rds_cluster",
        subnets: &[],
        subnet_groups: DB_SUBNETS,
        ..SERVER
    },
    WorkloadType {
        name: "aws_db_proxy",
        subnets: &[List("vpc_subnet_ids")],
        ..SERVER
    },
    WorkloadType {
        name: "aws_docdb_cluster",
        subnets: &[],
        subnet_groups: &[("db_subnet_group_name", "aws_docdb_subnet_group")],
        ..SERVER
    },
    WorkloadType {
        name: "aws_neptune_cluster",
        subnets: &[],
        subnet_groups: &[("neptune_subnet_group_name", "aws_neptune_subnet_group")],
        ..SERVER
    },
    WorkloadType {
        name: "aws_redshift_cluster",
        subnets: &[],
        subnet_groups: &[("cluster_subnet_group_name", "aws_redshift_subnet_group")],
        public_ip: PublicIp::If("publicly_accessible"),
        ..SERVER
    },
    WorkloadType {
        name: "aws_redshiftserverless_workgroup",
        groups: &[List("security_group_ids")],
        public_ip: PublicIp::If("publicly_accessible"),
        ..SERVER
    },
    WorkloadType {
        name: "aws_elasticache_cluster",
        subnets: &[],
        subnet_groups: CACHE_SUBNETS,
        groups: &[List("security_group_ids")],
        ..SERVER
    },
    WorkloadType {
        name: "aws_elasticache_replication_group",
        subnets: &[],
        subnet_groups: CACHE_SUBNETS,
        groups: &[List("security_group_ids")],
        ..SERVER
    },
    WorkloadType {
        name: "aws_elasticache_serverless_cache",
        groups: &[List("security_group_ids")],
        ..SERVER
    },
    WorkloadType {
        name: "aws_memorydb_cluster",
        subnets: &[],
        subnet_groups: &[("subnet_group_name", "aws_memorydb_subnet_group")],
        groups: &[List("security_group_ids")],
        ..SERVER
    },
    WorkloadType {
        name: "aws_opensearch_domain",
        subnets: &[List("vpc_options.subnet_ids")],
        groups: &[List("vpc_options.security_group_ids")],
        ..SERVER
    },
    WorkloadType {
        name: "aws_elasticsearch_domain",
        subnets: &[List("vpc_options.subnet_ids")],
        groups: &[List("vpc_options.security_group_ids")],
        ..SERVER
    },
    WorkloadType {
        name: "aws_msk_cluster",
        subnets: &[List("broker_node_group_info.client_subnets")],
        groups: &[List("broker_node_group_info.security_groups")],
        ..SERVER
    },
    WorkloadType {
        name: "aws_msk_serverless_cluster",
        subnets: &[List("vpc_config.subnet_ids")],
        groups: &[List("vpc_config.security_group_ids")],
        ..SERVER
    },
    WorkloadType {
        name: "aws_efs_mount_target",
        subnets: &[Single("subnet_id")],
        groups: &[List("security_groups")],
        ..SERVER
    },
    WorkloadType {
        name: "aws_fsx_lustre_file_system",
        groups: &[List("security_group_ids")],
        ..SERVER
    },
    WorkloadType {
        name: "aws_fsx_ontap_file_system",
        groups: &[List("security_group_ids")],
        ..SERVER
    },
    WorkloadType {
        name: "aws_fsx_openzfs_file_system",
        groups: &[List("security_group_ids")],
        ..SERVER
    },
    WorkloadType {
        name: "aws_fsx_windows_file_system",
        groups: &[List("security_group_ids")],
        ..SERVER
    },
    WorkloadType {
        name: "aws_mq_broker",
        groups: &[List("security_groups")],
        public_ip: PublicIp::If("publicly_accessible"),
        ..SERVER
    },
    WorkloadType {
        name: "aws_transfer_server",
        subnets: &[List("endpoint_details.subnet_ids")],
        groups: &[List("endpoint_details.security_group_ids")],
        public_ip: PublicIp::Elastic,
        ..SERVER
    },
    WorkloadType {
        name: "aws_apigatewayv2_vpc_link",
        groups: &[List("security_group_ids")],
        ..SERVER
    },
    WorkloadType {
        name: "aws_lb",
        subnets: &[List("subnets"), Single("subnet_mapping.subnet_id")],
        groups: &[List("security_groups")],
        default_group: DefaultGroup::OfLoadBalancer,
        source_ports: SourcePorts::EveryEphemeral,
        public_ip: PublicIp::Unless("internal"),
        ..SERVER
    },
    WorkloadType {
        name: "aws_alb",
        subnets: &[List("subnets"), Single("subnet_mapping.subnet_id")],
        groups: &[List("security_groups")],
        default_group: DefaultGroup::OfLoadBalancer,
        source_ports: SourcePorts::EveryEphemeral,
        public_ip: PublicIp::Unless("internal"),
        ..SERVER
    },
    WorkloadType {
        name: "aws_elb",
        subnets: &[List("subnets")],
        groups: &[List("security_groups")],
        source_ports: SourcePorts::EveryEphemeral,
        public_ip: PublicIp::Unless("internal"),
        ..SERVER
    },
    WorkloadType {
        name: "aws_route53_resolver_endpoint",
        subnets: &[Single("ip_address.subnet_id")],
        groups: &[List("security_group_ids")],
        ..SERVER
    },
    // The client's address becomes that of the network interface in the associated subnet (AWS Client VPN
    // Administrator Guide, "How AWS Client VPN works"). An association adds the route to the VPC; every other
    // destination needs a route and an authorization rule of the endpoint.
    WorkloadType {
        name: "aws_ec2_client_vpn_endpoint",
        subnets: &[],
        subnet_associations: Some(SubnetAssociation {
            resource_types: &["aws_ec2_client_vpn_network_association"],
            workload: "client_vpn_endpoint_id",
            subnet: Single("subnet_id"),
        }),
        is_always_in_a_subnet: true,
        role: Role::Middlebox,
        outside_rules: Some(
            "the routes and authorization rules of a Client VPN endpoint are not read",
        ),
        public_ip: PublicIp::Undocumented,
        ..BASE
    },
    WorkloadType {
        name: "aws_ec2_instance_connect_endpoint",
        subnets: &[Single("subnet_id")],
        // EC2 user guide, "Connect using EC2 Instance Connect Endpoint".
        outside_rules: Some(
            "an EC2 Instance Connect Endpoint connects to private addresses of instances only",
        ),
        is_always_in_a_subnet: true,
        role: Role::Middlebox,
        ..BASE
    },
    WorkloadType {
        name: "aws_networkfirewall_firewall",
        subnets: &[Single("subnet_mapping.subnet_id")],
        groups: &[],
        default_group: DefaultGroup::None,
        role: Role::Firewall,
        ..BASE
    },
];
