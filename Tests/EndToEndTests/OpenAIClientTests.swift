import Foundation
import Testing

/// The official Python client, pointed at this server as its users would.
@Suite(.enabled(if: Places.hasVenv, "no .build/test-venv: scripts/python-env.sh makes it")) struct OpenAIClientTests {
  @Test("the client lists all models, retrieves each kind of id and gets its own error for a missing one")
  func models() async throws {
    try await withSandbox(.bundled) { sandbox in
      try await sandbox.withServer { server in
        let result = try await sandbox.run(
          tool: Places.venvPython.path, [Places.script("openai_client.py"), "http://127.0.0.1:\(server.port)/v1"])
        #expect(result.exitCode == 0, "\(result.errors)")
        #expect(result.text.hasPrefix("listed 4803 models, retrieved "), "\(result.text)")
      }
    }
  }
}
