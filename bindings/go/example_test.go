package aura_test

import (
	"context"
	"fmt"
	"log"

	aura "github.com/aura-intelligence/aura/bindings/go"
)

func Example() {
	session, err := aura.Open(nil)
	if err != nil {
		log.Fatal(err)
	}
	defer session.Close()
	answer, err := session.Predict(context.Background(), `{"nodes": [{"id": "a"}, {"id": "b"}],
		"edges": [{"source": "a", "target": "b"}]}`)
	if err != nil {
		log.Fatal(err)
	}
	defer answer.Close()
	probabilities, err := answer.Float64s("probability")
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range probabilities {
		fmt.Println(p >= 0 && p <= 1)
	}
	// Output:
	// true
	// true
}
