resource "aws_lb" "storefront" {
  name            = "storefront"
  subnets         = values(module.tier["public"].subnet_ids)
  security_groups = [aws_security_group.main["balancer"].id]
}

resource "aws_lb_target_group" "api" {
  name        = "api"
  port        = 8080
  protocol    = "HTTP"
  target_type = "ip"
  vpc_id      = aws_vpc.main.id
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.storefront.arn
  port              = 443
  protocol          = "HTTPS"
  certificate_arn   = var.certificate_arn

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.api.arn
  }
}

resource "aws_ecs_cluster" "main" {
  name = "storefront"
}

resource "aws_ecs_service" "api" {
  name            = "api"
  cluster         = aws_ecs_cluster.main.id
  task_definition = "api"
  launch_type     = "FARGATE"
  desired_count   = 2

  network_configuration {
    subnets         = values(module.tier["app"].subnet_ids)
    security_groups = [aws_security_group.main["api"].id]
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.api.arn
    container_name   = "api"
    container_port   = 8080
  }
}

resource "aws_db_subnet_group" "orders" {
  name       = "orders"
  subnet_ids = values(module.tier["data"].subnet_ids)
}

resource "aws_db_instance" "orders" {
  identifier                  = "orders"
  engine                      = "postgres"
  instance_class              = "db.t4g.medium"
  allocated_storage           = 100
  username                    = "orders"
  manage_master_user_password = true
  multi_az                    = true
  db_subnet_group_name        = aws_db_subnet_group.orders.name
  vpc_security_group_ids      = [aws_security_group.main["database"].id]
}

resource "aws_lambda_function" "report" {
  function_name = "nightly-report"
  role          = var.report_role_arn
  package_type  = "Image"
  image_uri     = "123456789012.dkr.ecr.${var.region}.amazonaws.com/report:latest"

  vpc_config {
    subnet_ids         = values(module.tier["reporting"].subnet_ids)
    security_group_ids = [aws_security_group.main["reporting"].id]
  }
}

resource "aws_security_group" "runner" {
  name   = "runner"
  vpc_id = aws_vpc.tools.id

  egress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_instance" "runner" {
  ami                    = "ami-0d1f4c3a2b5e69780"
  instance_type          = "c7g.large"
  subnet_id              = one(values(module.tools["runners"].subnet_ids))
  vpc_security_group_ids = [aws_security_group.runner.id]
}
