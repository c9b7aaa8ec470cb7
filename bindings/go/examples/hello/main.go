// Command hello reads a network as node-link JSON, asks who will fail, and prints the answer.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	aura "github.com/aura-intelligence/aura/bindings/go"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: hello FILE")
		os.Exit(2)
	}
	if err := hello(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func hello(path string) error {
	document, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	session, err := aura.Open(nil)
	if err != nil {
		return err
	}
	defer session.Close()
	answer, err := session.Predict(context.Background(), map[string]any{"seed": 7, "topology": json.RawMessage(document)})
	if err != nil {
		return err
	}
	defer answer.Close()
	fmt.Printf("%s\n", answer.JSON())
	return nil
}
