import Foundation
import Testing

/// The server, asked everything that its own description allows and forbids. See `openapi_conformance.py`.
@Suite(.enabled(if: Places.hasVenv, "no .build/test-venv: scripts/python-env.sh makes it"))
struct OpenAPIConformanceTests {
  /// Far beyond what it takes.
  private static let deadline = Duration.seconds(300)

  @Test("every answer is as the description says, and what it does not allow is refused")
  func conformance() async throws {
    let key = "key-for-the-conformance-test"
    let environment = [
      "ADMIN_API_KEY": key, "LOG_LEVEL": "error", "RATE_LIMIT_PER_SECOND": "0", "WRONG_KEYS_PER_MINUTE": "0",
      // Nobody listens there: a sync that is begun fails at once.
      "MODEL_SYNC_BASE_URL": "http://127.0.0.1:9",
    ]
    try await withSandbox(.bundled) { sandbox in
      try await sandbox.withServer(environment: environment) { server in
        let document = try await server.get("/openapi.json")
        #expect(document.status == 200)
        let file = try sandbox.file("openapi.json", String(decoding: document.body, as: UTF8.self))
        let result = try await sandbox.start(
          Places.venvPython,
          [Places.script("openapi_conformance.py"), file, "http://127.0.0.1:\(server.port)", key, "5"]
        )
        .result(within: Self.deadline)
        #expect(result.exitCode == 0, "\(result.text.suffix(8_000))\n\(result.errors)")
        #expect(result.text.contains("Selected: "), "\(result.text)")
      }
    }
  }
}
