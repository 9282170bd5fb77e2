variable "text" { default = "Some-Text" }
variable "number" { default = 7 }
variable "flag" { default = true }
variable "list" { default = ["b", "a", "c", "a"] }
variable "map" { default = { x = "1", y = "2" } }
variable "nothing" {
  type    = string
  default = null
}
variable "object" {
  type    = object({ name = string, size = optional(number, 3), list = optional(list(string)) })
  default = { name = "o" }
}
variable "cidr" {
  type    = string
  default = "10.20.0.0/16"
}

provider "aws" {
  region = "eu-west-1"
}

resource "test_text" "t" {
  upper    = upper(var.text)
  part     = substr(var.text, 0, 4)
  split    = split("-", var.text)
  joined   = join(",", [var.text, "x", var.nothing == null ? "none" : var.nothing])
  replaced = replace(var.text, "-", "_")
  format   = format("%s has %d of %v", var.text, var.number, var.flag)
  list     = formatlist("%s-${var.text}", var.list)
  starts   = startswith("prefix-${var.text}", "prefix")
  pattern  = regex("^([A-Z][a-z]+)-(.*)$", var.text)
  found    = can(regex("^Some", var.text))
  heredoc  = <<-EOT
    %{if var.flag~}
    on: ${var.text}
    %{else~}
    off
    %{endif~}
    %{for item in var.list~}
    - ${item}
    %{endfor~}
  EOT
}

resource "test_number" "n" {
  sum       = var.number + 1
  product   = var.number * var.number
  quotient  = var.number / 2
  rest      = var.number % 3
  negative  = -var.number
  larger    = var.number > 5
  both      = var.flag && var.number > 5
  either    = !var.flag || var.number < 5
  same      = var.number == 7
  text      = tostring(var.number)
  max       = max(var.number, 3, length(var.list))
  chosen    = var.flag ? var.number : "none"
  parsed    = tonumber(var.map["x"]) + tonumber(var.map.y)
  decimal   = format("%.2f", var.number / 3)
  coalesced = coalesce(var.nothing, var.text)
}

resource "test_collection" "c" {
  length     = length(var.list)
  first      = var.list[0]
  element    = element(var.list, var.number)
  slice      = slice(var.list, 1, 3)
  set        = toset(var.list)
  sorted     = sort(var.list)
  distinct   = distinct(var.list)
  reversed   = reverse(var.list)
  contains   = contains(var.list, "a")
  has        = contains(var.list, var.text)
  concat     = concat(var.list, ["z"], [var.text])
  compact    = compact([var.nothing, "", var.text])
  keys       = keys(var.map)
  values     = values(var.map)
  lookup     = lookup(var.map, "x", "none")
  missing    = lookup(var.map, "missing", var.text)
  merged     = merge(var.map, { x = "3", text = var.text })
  zipped     = zipmap(var.list, var.list)
  filtered   = [for item in var.list : upper(item) if item != "a"]
  indexed    = { for n, item in var.list : item => n... }
  swapped    = { for key, value in var.map : value => key }
  nested     = flatten([var.list, [for key, value in var.map : "${key}=${value}"]])
  product    = setproduct(var.list, ["1", "2"])
  chunks     = chunklist(var.list, var.number - 5)
  range      = range(var.number)
  one        = one([var.text])
  splat      = [for item in var.list : { name = item }][*].name
  whole      = var.flag ? var.list : []
  tried      = try(var.object.list[0], var.map.z, var.list[3])
  size       = var.object.size
  object     = var.object
  alltrue    = alltrue([var.flag, var.number > 1])
  sum        = sum([var.number, 1])
  index      = index(var.list, "c")
  transpose  = transpose({ a = var.list })
  matched    = matchkeys(["1", "2", "3", "4"], var.list, ["a"])
  subtracted = setsubtract(var.list, ["a"])
  json       = jsondecode(jsonencode({ list = var.list, number = var.number, nothing = var.nothing }))
  yaml       = yamldecode(yamlencode(var.map))
}

resource "test_network" "n" {
  subnet  = cidrsubnet(var.cidr, 8, var.number)
  host    = cidrhost(var.cidr, var.number)
  mask    = cidrnetmask(var.cidr)
  subnets = cidrsubnets(var.cidr, 4, 8, 8)
  all     = [for n in range(var.number) : cidrsubnet(var.cidr, 8, n)]
  size    = tonumber(split("/", var.cidr)[1])
}

resource "test_condition" "c" {
  null     = var.nothing == null
  chosen   = var.flag ? { a = var.text } : { a = "none" }
  nested   = var.number > 5 ? (var.flag ? "a" : "b") : "c"
  value    = (var.flag ? var.map : { x = "9" }).x
  lists    = var.flag ? var.list : [for item in var.list : item if item == "a"]
  equal    = var.text == "Some-Text" ? 1 : 2
  arm      = var.flag ? var.object.name : null
  fallback = var.nothing != null ? var.nothing : var.text
  index    = ["x", "y", "z"][var.flag ? 0 : 2]
  key      = { Some-Text = 1, other = 2 }[var.text]
}

resource "test_hash" "h" {
  md5    = md5(var.text)
  base64 = base64encode(var.text)
  url    = urlencode("${var.text}/x")
}
