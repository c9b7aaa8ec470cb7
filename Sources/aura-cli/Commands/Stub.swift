internal import ArgumentParser
struct Demo: ParsableCommand {}
struct Intervene: ParsableCommand {}
struct Explain: ParsableCommand {}
