Creator "igraph version 1.0.0 Thu Nov 26 01:03:21 2026"
Version 1
graph
[
  directed 1
  node
  [
    id 0
    name "web"
  ]
  node
  [
    id 1
    name "cart"
  ]
  node
  [
    id 2
    name "a &amp; <b>"
  ]
  node
  [
    id 3
    name "données"
  ]
  edge
  [
    source 0
    target 1
    weight 3.5
  ]
  edge
  [
    source 0
    target 2
    weight 1
  ]
  edge
  [
    source 1
    target 3
    weight 2
  ]
  edge
  [
    source 1
    target 1
    weight 7
  ]
  edge
  [
    source 3
    target 1
    weight 0.25
  ]
]
