import Catalog
import CatalogServer
import TestSupport

/// A server whose admin routes are open.
enum Admin {
  static let key = "correct-horse-battery-staple"

  /// Runs `body` with a server of the small catalog whose admin routes are open.
  static func run(
    keys: [String] = [key, "another-key-for-rotation"], log: RecordingLog = RecordingLog(),
    _ body: (TestServer) async throws -> Void
  ) async throws {
    try await TestServer.run(
      Catalogs.small(),
      setup: {
        $0.configuration.adminKeys = keys
        $0.logger = log.logger
      }, body)
  }
}

extension TestServer {
  /// The response to an admin request with the right key.
  func admin(_ method: String, _ target: String, _ body: String? = nil) async throws -> TestResponse {
    try await send(method, target, fields: ["Authorization: Bearer \(Admin.key)"], body: body)
  }
}
