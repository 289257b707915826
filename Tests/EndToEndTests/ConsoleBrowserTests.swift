import Foundation
import Testing

/// The web console in a real browser.
@Suite(
  .enabled(if: Places.hasVenv, "no .build/test-venv: scripts/python-env.sh makes it"),
  .enabled(if: Places.hasBrowser, "no chromium and chromedriver"))
struct ConsoleBrowserTests {
  private static let key = "a-key-for-the-browser"
  /// What `console_browser.py` looks for.
  private static let name = #"\"><script>window.hacked=1</script>"#

  @Test("people search, read, compare and operate, with keys only, on a phone, in the dark and without a script")
  func console() async throws {
    try await withSandbox(.bundled) { sandbox in
      try await sandbox.withServer(environment: ["ADMIN_API_KEY": Self.key]) { server in
        let made = try await server.send(
          "PUT", "/admin/offers/evil/hacked", key: Self.key,
          body: #"{"name":"\#(Self.name)","pricing":{"prompt":"0.000001","completion":"0.000001"}}"#)
        #expect(made.status == 201)
        let pictures = sandbox.directory.appending(path: "pictures")
        try FileManager.default.createDirectory(at: pictures, withIntermediateDirectories: true)
        let arguments = [
          Places.script("console_browser.py"), "http://127.0.0.1:\(server.port)", Self.key, pictures.path,
        ]
        // A browser takes longer than a command, the more so beside other tests.
        let result = try await ProcessGate.shared.run {
          try await sandbox.start(Places.venvPython, arguments).result(within: .seconds(300))
        }
        #expect(result.exitCode == 0, "\(result.errors)")
        #expect(result.text.hasPrefix("used "), "\(result.text)")
      }
    }
  }
}
