// Package aura foresees and prevents failure in networks of agents: hand it a network as JSON and it answers with the
// network's structure, each agent's probability of failing, the cascade that would follow, and the interventions that
// prevent it.
//
//	session, err := aura.Open(nil)
//	defer session.Close()
//	answer, err := session.Predict(ctx, document)
//	defer answer.Close()
//	fmt.Printf("%s\n", answer.JSON())
//
// The package moves bytes; what a request may say and what an answer says is in the engine's own documents. A request
// is JSON ([]byte, string, json.RawMessage) and goes through as it is, or any other value, which encoding/json encodes.
//
// A Session may be used from any number of goroutines. A context cancels the call it is handed to.
//
// It needs libaura and its aura.pc (pkg-config) to build.
package aura
