import Catalog
import CatalogServer
import CatalogSync
import Foundation
import Logging
import SQLiteStore
import TieredCaching

/// One thing that is measured, in a process of its own.
enum StoreCase: String, CaseIterable {
  case parse
  case importNew = "import-new"
  case importSame = "import-same"
  case importChanged = "import-changed"
  case load
  case views
  case served
  case servedGzip = "served-gzip"

  /// What is timed, for people.
  var title: String {
    switch self {
    case .parse: "parse the body"
    case .importNew: "parse and import, empty database"
    case .importSame: "parse and import, nothing changed"
    case .importChanged: "parse and import, 1 % changed"
    case .load: "load from SQLite"
    case .views: "build parts and all views"
    case .served: "SQLite to served: full list"
    case .servedGzip: "SQLite to served: full list, gzip"
    }
  }

  /// Runs the case.
  ///
  /// - Parameters:
  ///   - database: the database file.
  ///   - body: the file that is imported.
  /// - Returns: the time of what is measured, without what it needs first.
  func run(database: String, body: String) async throws -> Duration {
    switch self {
    case .parse: try Self.parse(body)
    case .importNew, .importSame, .importChanged: try await Self.importBody(body, into: database)
    case .load: try await Self.load(database)
    case .views: try await Self.buildViews(database)
    case .served: try await Self.serve(database, acceptsGzip: false)
    case .servedGzip: try await Self.serve(database, acceptsGzip: true)
    }
  }

  private static func bytes(of file: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: file)))
  }

  private static func parsed(_ bytes: [UInt8]) throws -> ParsedBody {
    try ImportFormat.named("modelcatalog").parse(bytes, context: ImportContext(observedAt: 1_767_225_600))
  }

  private static func parse(_ body: String) throws -> Duration {
    let bytes = try bytes(of: body)
    return try ContinuousClock().measure { _ = try parsed(bytes) }
  }

  private static func importBody(_ body: String, into database: String) async throws -> Duration {
    let bytes = try bytes(of: body)
    let store = try await SQLiteStore(path: database)
    let duration = try await ContinuousClock().measure {
      _ = try await store.importListings(try parsed(bytes).listings, options: ImportOptions(format: "modelcatalog"))
    }
    try await store.close()
    return duration
  }

  private static func load(_ database: String) async throws -> Duration {
    let store = try await SQLiteStore(path: database)
    let duration = try await ContinuousClock().measure { _ = try await store.load(changedSince: nil) }
    try await store.close()
    return duration
  }

  private static func buildViews(_ database: String) async throws -> Duration {
    let store = try await SQLiteStore(path: database)
    let delta = try await store.load(changedSince: nil)
    let duration = ContinuousClock().measure { _ = CatalogSnapshot(delta) }
    try await store.close()
    return duration
  }

  /// From opening the database to the last byte of the first full list at a client of the real server.
  private static func serve(_ database: String, acceptsGzip: Bool) async throws -> Duration {
    let clock = ContinuousClock()
    let start = clock.now
    let store = try await SQLiteStore(path: database)
    let logger = Logger(label: "benchmarks") { _ in SwiftLogNoOpLogHandler() }
    let server = CatalogServer(configuration: CatalogServer.Configuration(port: 0), logger: logger) { onEvent in
      CatalogService(store: store, logger: logger, onEvent: onEvent)
    }
    let (ports, running) = AsyncStream<Int>.makeStream()
    let duration = try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        defer { running.finish() }
        try await server.run(endsOnSignals: false) { port in running.yield(port) }
      }
      var duration: Duration?
      for await port in ports {
        try await FirstAnswer.wait(port: port, target: "/v1/models", acceptsGzip: acceptsGzip)
        duration = clock.now - start
        break
      }
      group.cancelAll()
      // Only a server that failed has anything to say here.
      if duration == nil { try await group.waitForAll() }
      return duration
    }
    try await store.close()
    guard let duration else { throw FirstAnswer.Failure.noServer }
    return duration
  }
}
