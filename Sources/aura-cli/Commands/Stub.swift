internal import ArgumentParser
struct Demo: ParsableCommand {}
struct Predict: ParsableCommand {}
struct Intervene: ParsableCommand {}
struct Explain: ParsableCommand {}
struct Watch: ParsableCommand {}
struct Bench: ParsableCommand {}
