variable "object" {
  type = object({
    name = string
    size = optional(number, 5)
    tags = optional(map(string))
  })
  default = { name = "a" }
}

variable "list" {
  type    = list(string)
  default = ["a", "b", "c"]
}

variable "set" {
  type    = set(string)
  default = ["b", "a"]
}

variable "map" {
  type    = map(number)
  default = { b = 1, a = 2 }
}

variable "none" {
  type    = string
  default = null
}

variable "any" {
  type    = any
  default = { a = [1, "x"], b = null }
}

locals {
  tuple  = ["a", "b", "c"]
  object = { b = 1, a = 2 }
  nested = { x = { n = 1, l = ["p"] }, y = { n = 2, l = ["q", "r"] } }
}
