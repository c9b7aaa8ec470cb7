// swift-tools-version: 6.2
import PackageDescription

let root = Context.packageDirectory

// The house, lowest layer first. A target imports what its row names and nothing else.
let base = ["AuraBase", "AuraKernels", "AuraGraph", "AuraCatalogue"]
let families = ["AuraStructure", "AuraCascade"]
let layers: [(name: String, imports: [String])] =
  [
    ("AuraBase", ["CJansson", "CLZ4", "CSystem"]),
    ("AuraKernels", ["AuraBase"]),
    ("AuraGraph", ["AuraBase", "AuraKernels"]),
    ("AuraCatalogue", ["AuraBase", "AuraKernels", "AuraGraph"]),
  ]
  + families.map { ($0, base) }  // families never see one another
  + [
    ("AuraEngine", base + families),
    ("AuraABI", ["CAura", "AuraBase", "AuraGraph", "AuraCatalogue", "AuraEngine"]),
  ]

// Release builds get a self-contained libaura.so whose only exported symbols are aura_*. `swift test -c release`
// links the same target into a test runner, which needs the shared runtime: AURA_SHARED_STDLIB=1.
let hermetic = Context.environment["AURA_SHARED_STDLIB"] == nil
let libraryLink: [LinkerSetting] =
  !hermetic
  ? []
  : [
    .unsafeFlags(
      [
        "-static-stdlib", "-use-ld=lld", "-Xlinker", "-soname=libaura.so.1",
        "-Xlinker", "--version-script=\(root)/include/aura.map", "-Xlinker", "--no-undefined-version",
        "-Xlinker", "\(root)/include/aura.ld", "-Xlinker", "--no-eh-frame-hdr",
        "-Xlinker", "--gc-sections", "-Xlinker", "--icf=safe", "-Xlinker", "--wrap=_swift_stdlib_getScalarName",
        "-Xlinker", "-znow", "-Xlinker", "-zrelro", "-Xlinker", "-znodelete", "-Xlinker", "-zdefs",
      ], .when(platforms: [.linux], configuration: .release))
  ]

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableExperimentalFeature("Lifetimes"),
]

// What never runs hot is built small: the library has 8 MB, of which Swift's own runtime takes 6.
let small: [SwiftSetting] = [.unsafeFlags(["-Osize"], .when(configuration: .release))]
let smallLayers: Set = ["AuraCatalogue", "AuraStructure", "AuraCascade", "AuraEngine", "AuraABI"]
let quiet: [SwiftSetting] = [
  .unsafeFlags(["-Xfrontend", "-disable-reflection-metadata"], .when(configuration: .release))
]

let package = Package(
  name: "aura",
  products: [
    .library(name: "aura", type: .dynamic, targets: ["AuraABI"]),
    .executable(name: "aura-cli", targets: ["aura-cli"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    .systemLibrary(name: "CAura", path: "include"),
    .systemLibrary(name: "CJansson", pkgConfig: "jansson", providers: [.apt(["libjansson-dev"])]),
    .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
    .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
    .systemLibrary(name: "CSystem"),
    .executableTarget(
      name: "aura-cli",
      dependencies: [
        "AuraBase", "AuraEngine", "CExpat", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: strict),
    .executableTarget(
      name: "aura-dev", dependencies: ["AuraBase", "AuraGraph", "AuraCascade", "AuraEngine"], swiftSettings: strict),
  ]
    + layers.map { layer in
      .target(
        name: layer.name, dependencies: layer.imports.map { .init(stringLiteral: $0) },
        swiftSettings: strict + quiet + (smallLayers.contains(layer.name) ? small : []),
        linkerSettings: layer.name == "AuraABI" ? libraryLink : [])
    }
    + layers.map { layer in
      .testTarget(
        name: layer.name + "Tests", dependencies: ([layer.name] + layer.imports).map { .init(stringLiteral: $0) },
        swiftSettings: strict)
    },
  swiftLanguageModes: [.v6]
)
