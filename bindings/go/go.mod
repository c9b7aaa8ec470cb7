module github.com/aura-intelligence/aura/bindings/go

go 1.24
