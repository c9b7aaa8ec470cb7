graph [
  directed 1
  name "shop"
  node [
    id 0
    label "web"
    load 40.5
    capacity 100
  ]
  node [
    id 1
    label "cart"
    load 20
    capacity 50
  ]
  node [
    id 2
    label "a &#38; <b>"
    load 0.001
  ]
  node [
    id 3
    label "donn&#233;es"
    status "up"
  ]
  edge [
    source 0
    target 1
    weight 3.5
    kind "call"
  ]
  edge [
    source 0
    target 2
    weight 1
  ]
  edge [
    source 1
    target 3
    weight 2
  ]
  edge [
    source 1
    target 1
    weight 7
  ]
  edge [
    source 3
    target 1
    weight 0.25
  ]
]
