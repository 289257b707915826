import CatalogServer
import NIOConcurrencyHelpers
import ServiceLifecycle
import Testing

/// Where the operations side of the console is.
enum OperationsTargets {
  static let pages = [
    "/console/ops", "/console/ops/cache", "/console/ops/explain?view=gateway:openai",
    "/console/ops/explain?view=model:gpt-4o",
    "/console/ops/sync", "/console/ops/quarantine", "/console/ops/quarantine?state=accepted",
    "/console/ops/overrides",
  ]
  static let actions = [
    "warm", "clear", "sync/start", "sync/clear-error", "quarantine/decide", "overrides/end",
  ]
}

/// A browser with a session.
struct OperatorBrowser {
  let server: TestServer
  let cookie: String

  init(_ server: TestServer) async throws {
    self.server = server
    let response = try await server.submit("/console/login", ["key": Admin.key])
    try #require(response.status == 303 && response["location"] == "/console/ops", "\(response.text)")
    cookie = String(try #require(response["set-cookie"]).prefix { $0 != ";" })
  }

  func get(_ target: String) async throws -> TestResponse {
    try await server.get(target, "Cookie: \(cookie)", "Accept-Encoding: gzip")
  }

  func page(_ target: String) async throws -> ConsoleReader { try ConsoleReader(try await get(target)) }

  func formToken() async throws -> String {
    try #require(try await page("/console/ops").fields(of: "/console/logout")["form_token"])
  }

  func submit(
    _ target: String, _ fields: [String: String], from origin: [String] = ["Sec-Fetch-Site: same-origin"],
    withToken: Bool = false
  ) async throws -> TestResponse {
    var fields = fields
    if withToken { fields["form_token"] = try await formToken() }
    return try await server.submit(target, fields, from: origin + ["Cookie: \(cookie)"])
  }

  /// Does something that has to succeed.
  func act(_ action: String, _ fields: [String: String], _ location: String) async throws {
    let response = try await submit("/console/ops/\(action)", fields, withToken: true)
    #expect(response.status == 303 && response["location"] == location, "\(response.status) \(response.text)")
  }
}

extension TestServer {
  /// The response to a form, sent as a browser does.
  func submit(
    _ target: String, _ fields: [String: String], from origin: [String] = ["Origin: http://localhost"]
  ) async throws -> TestResponse {
    let encoded = { (text: String) in
      text.utf8.map { byte in
        let isPlain = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        let digits = String(byte, radix: 16)
        return isPlain
          ? String(Unicode.Scalar(byte)) : byte == 0x20 ? "+" : digits.count == 1 ? "%0\(digits)" : "%\(digits)"
      }.joined()
    }
    return try await send(
      "POST", target, fields: origin + ["Content-Type: application/x-www-form-urlencoded"],
      body: fields.map { "\(encoded($0))=\(encoded($1))" }.joined(separator: "&"))
  }
}

/// A provider sync that remembers what it is asked for, and knows three providers.
final class ConsoleSync: SyncControl {
  let calls = NIOLockedValueBox<[String]>([])

  func run() async throws { try await gracefulShutdown() }

  func start(providers: [String], dryRun: Bool, force: Bool) throws -> (job: String, document: [UInt8]) {
    if providers.contains("nobody") { throw SyncControlError.unknownProvider("there is no provider \"nobody\"") }
    calls.withLockedValue { $0.append("start \(providers)") }
    return ("7-x", Array(#"{"id":"7-x"}"#.utf8))
  }

  func status() -> [UInt8] {
    Array(
      """
      {"is_healthy":false,"problems":["groq: two <b>fast</b>"],"providers":[
        {"provider":"anthropic","name":"Anthropic","is_ready":false,"obstacle":"no key","interval_seconds":0},
        {"provider":"groq","name":"Groq","is_ready":true,"interval_seconds":1800,"attempted_at":1700000000,
         "last_failure":{"provider":"groq","outcome":"failed","reason":"too fast"},
         "error":{"failures":2,"kind":"http","message":"429","since":1700000000,"at":1700000000,"retry_at":1700000300}},
        {"provider":"openrouter","name":"OpenRouter","is_ready":true,"interval_seconds":0,"attempted_at":1700000000,
         "changed_at":1700000000,"last_result":{"provider":"openrouter","outcome":"not_modified"}}],
       "jobs":[{"id":"7-x","trigger":"api","state":"done","dry_run":true,"started_at":1700000000,"finished_at":1700000009,
         "updated_at":1700000009,"providers":["a","b","c","d","e"],"results":[]}]}
      """.utf8)
  }

  func job(_ id: String) throws -> [UInt8] { throw SyncControlError.unknownJob("there is no sync job \"\(id)\"") }

  func clearError(provider: String) { calls.withLockedValue { $0.append("clear \(provider)") } }
}
