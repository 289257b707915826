// swift-tools-version: 6.2
import PackageDescription

// A lock that the thread sanitizer understands; on Linux it reports false races for the one in the standard library.
let locks = Target.Dependency.product(name: "NIOConcurrencyHelpers", package: "swift-nio")

// Spans as an interface: no event loops, no network.
let tracing = Target.Dependency.product(name: "Tracing", package: "swift-distributed-tracing")

// Dependencies point downwards only; each target's comment says what it may not know.
let package = Package(
  name: "modelcatalog",
  products: [
    .executable(name: "modelcatalog", targets: ["modelcatalog"]),
    .library(name: "Catalog", targets: ["Catalog"]),
    .library(name: "TieredCaching", targets: ["TieredCaching"]),
    .library(name: "RedisTier", targets: ["RedisTier"]),
    .library(name: "RedisClient", targets: ["RedisClient"]),
    .library(name: "SQLiteStore", targets: ["SQLiteStore"]),
    .library(name: "PostgresStore", targets: ["PostgresStore"]),
  ],
  dependencies: [
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    // zlib of the system: gzip bodies, gzip snapshot. Knows nothing.
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    // libpq of the system. Knows nothing.
    .systemLibrary(name: "CLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),

    // The gzip format. Knows nothing else.
    .target(name: "Compression", dependencies: ["CZlib"]),

    // Versions, parts, views, coherence, the local tier. May not know models, HTTP, databases or event loops.
    .target(
      name: "TieredCaching",
      dependencies: [
        locks, tracing,
      ]),

    // RESP3 over SwiftNIO, shaped like valkey-swift. Knows nothing of the project.
    .target(
      name: "RedisClient",
      dependencies: [
        locks,
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "Logging", package: "swift-log"),
      ]),

    // Connections, transactions and notifications of PostgreSQL over libpq. Knows nothing of the project.
    .target(
      name: "PostgresClient",
      dependencies: [
        "CLibpq", locks,
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
      ]),

    // The shared tier on Redis: keys, entries, scripts. May not know models or HTTP.
    .target(
      name: "RedisTier",
      dependencies: [
        "TieredCaching", "RedisClient", "Compression", locks,
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
      ]),

    // A swift-metrics backend that writes the Prometheus text format. Knows nothing of the project.
    .target(
      name: "PrometheusMetrics",
      dependencies: [locks, .product(name: "CoreMetrics", package: "swift-metrics")]),

    // Offers, prices, identity, views, search, the store protocol. May not know HTTP, SQL or event loops.
    .target(
      name: "Catalog",
      dependencies: [
        "TieredCaching",
        locks,
        .product(name: "Logging", package: "swift-log"),
      ]),

    // Spans as OTLP, W3C trace context, log lines as JSON, repeats. Of Catalog only the JSON writer; no HTTP, no databases.
    .target(
      name: "Telemetry",
      dependencies: [
        "Catalog", "TieredCaching", locks, tracing,
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]),

    // Provider formats, fetching, scheduling, notifications. May not know SQL or HTTP routes.
    .target(
      name: "CatalogSync",
      dependencies: [
        "Catalog", "TieredCaching", locks, tracing,
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "CoreMetrics", package: "swift-metrics"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]),

    // CatalogStore on the embedded database. May not know HTTP or provider formats.
    .target(
      name: "SQLiteStore",
      dependencies: [
        "Catalog", "TieredCaching", locks,
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Logging", package: "swift-log"),
      ]),

    // CatalogStore on PostgreSQL. May not know HTTP or provider formats.
    .target(
      name: "PostgresStore",
      dependencies: [
        "Catalog", "TieredCaching", "PostgresClient", locks,
        .product(name: "Logging", package: "swift-log"),
      ]),

    // Routes, responses and the web console. May not know SQL or provider formats.
    .target(
      name: "CatalogServer",
      dependencies: [
        "Catalog", "Compression", "TieredCaching",
        .product(name: "Mustache", package: "swift-mustache"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        locks, tracing,
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      // In the program itself, so that no worker can be without its pages.
      resources: [.embedInCode("Resources/Console")]),

    // Samples, faults, servers on loopback and contract suites, for tests, benchmarks and replay; no part of the product.
    .target(
      name: "TestSupport",
      dependencies: [
        "Catalog", "TieredCaching", "Telemetry", locks, tracing,
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ]),

    // Commands and wiring: the only place where concrete choices are made.
    .executableTarget(
      name: "modelcatalog",
      dependencies: [
        "Catalog", "CatalogSync", "CatalogServer", "SQLiteStore", "PostgresStore", "PostgresClient", "Compression",
        "TieredCaching", "RedisTier", "RedisClient", "PrometheusMetrics", "Telemetry", locks, tracing,
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "CoreMetrics", package: "swift-metrics"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "Configuration", package: "swift-configuration"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      resources: [.copy("Resources")]),

    // Recorded provider bodies on loopback, to try a sync without the internet.
    .executableTarget(
      name: "replay",
      dependencies: ["TestSupport", .product(name: "ArgumentParser", package: "swift-argument-parser")]),

    // Times and memory of imports, loads and views; benchmarks/run uses it.
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "Catalog", "CatalogSync", "CatalogServer", "SQLiteStore", "PostgresStore", "PostgresClient", "TieredCaching",
        "RedisTier", "RedisClient", "TestSupport",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ]),

    .testTarget(
      name: "RedisClientTests",
      dependencies: [
        "RedisClient", "TestSupport", locks,
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    .testTarget(
      name: "RedisTierTests",
      dependencies: [
        "RedisTier", "RedisClient", "Catalog", "TieredCaching", "Compression", "TestSupport", locks,
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    // The specification's suites: UnifiedCatalogCacheTests, CatalogCachingIntegrationTests, and the migration guide.
    .testTarget(
      name: "CatalogCachingTests",
      dependencies: [
        "RedisTier", "RedisClient", "Catalog", "TieredCaching", "TestSupport", locks,
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    .testTarget(
      name: "PrometheusMetricsTests",
      dependencies: ["PrometheusMetrics", locks, .product(name: "Metrics", package: "swift-metrics")]),
    .testTarget(
      name: "TelemetryTests",
      dependencies: [
        "Telemetry", "Catalog", "TieredCaching", "TestSupport", locks, tracing,
        .product(name: "Logging", package: "swift-log"),
      ]),
    .testTarget(
      name: "TieredCachingTests", dependencies: ["TieredCaching", "Telemetry", "TestSupport", locks, tracing]),
    .testTarget(
      name: "CatalogTests", dependencies: ["Catalog", "TieredCaching", "TestSupport"],
      exclude: ["Identity/labelled-pairs.tsv", "Identity/hard-pairs.tsv"]),
    .testTarget(
      name: "CatalogSyncTests",
      dependencies: [
        "CatalogSync", "Catalog", "PrometheusMetrics", "TieredCaching", "Telemetry", "TestSupport", locks, tracing,
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ]),
    .testTarget(
      name: "CatalogServerTests",
      dependencies: [
        "CatalogServer", "Catalog", "TieredCaching", "Compression", "Telemetry", "TestSupport", locks, tracing,
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]),
    // Runs the built program as users do.
    .testTarget(
      name: "EndToEndTests", dependencies: ["TestSupport"],
      exclude: [
        "console_browser.py", "openai_client.py", "openapi_conformance.py", "openrouter_truth.py",
        "webhook_signature.py",
      ]),
    .testTarget(
      name: "PostgresStoreTests",
      dependencies: [
        "PostgresStore", "PostgresClient", "Catalog", "TieredCaching", "TestSupport", locks,
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    .testTarget(name: "SQLiteStoreTests", dependencies: ["SQLiteStore", "Catalog", "TieredCaching", "TestSupport"]),
  ]
)

for target in package.targets where target.type != .system {
  target.swiftSettings = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
  ]
}
