import CatalogServer
import NIOConcurrencyHelpers
import ServiceLifecycle
import Testing

/// A provider sync that only remembers what it is asked for.
private final class RecordingSync: SyncControl {
  let calls = NIOLockedValueBox<[String]>([])

  func run() async throws { try await gracefulShutdown() }

  func start(providers: [String], dryRun: Bool, force: Bool) throws -> (job: String, document: [UInt8]) {
    if providers.contains("nobody") { throw SyncControlError.unknownProvider("there is no provider \"nobody\"") }
    if providers.contains("busy") { throw SyncControlError.busy("too many sync jobs are waiting") }
    calls.withLockedValue { $0.append("start \(providers) \(dryRun) \(force)") }
    return ("7-x", Array(#"{"id":"7-x"}"#.utf8))
  }

  func status() -> [UInt8] { Array(#"{"is_healthy":true}"#.utf8) }

  func job(_ id: String) throws -> [UInt8] {
    guard id == "7-x" else { throw SyncControlError.unknownJob("there is no sync job \"\(id)\"") }
    return Array(#"{"id":"7-x"}"#.utf8)
  }

  func clearError(provider: String) throws {
    if provider == "nobody" { throw SyncControlError.unknownProvider("there is no provider \"nobody\"") }
    if provider == "lost" { throw SyncControlError.unavailable("Redis does not answer") }
    calls.withLockedValue { $0.append("clear \(provider)") }
  }
}

@Suite("The routes of the provider sync")
struct SyncRouteTests {
  private func run(_ body: (TestServer, RecordingSync) async throws -> Void) async throws {
    let sync = RecordingSync()
    try await TestServer.run(
      setup: {
        $0.configuration.adminKeys = [Admin.key]
        $0.sync = sync
      }
    ) { try await body($0, sync) }
  }

  @Test(
    "begin a sync at once and say where to follow it, also at the addresses of the original system",
    arguments: [
      ("/admin/sync/openrouter", #"start ["openrouter"] false false"#),
      ("/admin/sync/openrouter?dry_run=true", #"start ["openrouter"] true false"#),
      ("/admin/sync", "start [] false false"),
      ("/admin/sync?providers=a&providers=b&force=true", #"start ["a", "b"] false true"#),
      ("/admin/model-sync/provider/groq?dry_run=true", #"start ["groq"] true false"#),
      ("/admin/model-sync/all?providers=a", #"start ["a"] false false"#),
      ("/admin/model-sync/full", "start [] false false"), ("/admin/model-sync/trigger", "start [] false false"),
      ("/admin/model-sync/incremental", "start [] false false"),
    ])
  func start(_ target: String, _ call: String) async throws {
    try await run { server, sync in
      let response = try await server.admin("POST", target)
      #expect(response.status == 202)
      #expect(response.text.contains(#""url":"/admin/sync/jobs/7-x""#))
      #expect(sync.calls.withLockedValue { $0 } == [call])
    }
  }

  @Test(
    "tell how the sync stands",
    arguments: ["/admin/sync/status", "/admin/model-sync/status", "/admin/model-sync/health"])
  func status(_ target: String) async throws {
    try await run { server, _ in
      let response = try await server.admin("GET", target)
      #expect(response.status == 200)
      #expect(response.text == #"{"is_healthy":true}"#)
    }
  }

  @Test("tell how a job goes, and let a provider be asked again")
  func jobs() async throws {
    try await run { server, sync in
      let job = try await server.admin("GET", "/admin/sync/jobs/7-x")
      #expect(job.text == #"{"id":"7-x"}"#)
      let cleared = try await server.admin("DELETE", "/admin/sync/errors/groq")
      #expect(cleared.status == 200)
      #expect(sync.calls.withLockedValue { $0 } == ["clear groq"])
    }
  }

  @Test(
    "refuse what they do not understand",
    arguments: [
      ("POST", "/admin/sync/nobody", 404), ("POST", "/admin/sync/busy", 429), ("GET", "/admin/sync/jobs/8", 404),
      ("DELETE", "/admin/sync/errors/nobody", 404), ("DELETE", "/admin/sync/errors/lost", 503),
      ("GET", "/admin/sync", 405), ("POST", "/admin/sync/a/b", 404),
      ("POST", "/admin/sync?dry_run=maybe", 400), ("POST", "/admin/sync?nonsense=1", 400),
      ("POST", "/admin/sync/groq?providers=openai", 400),
      ("DELETE", "/admin/model-sync/flush-models", 410), ("POST", "/admin/model-sync/reset-and-resync", 410),
    ])
  func refused(_ method: String, _ target: String, _ status: Int) async throws {
    try await run { server, sync in
      let response = try await server.admin(method, target)
      #expect(response.status == status)
      #expect(sync.calls.withLockedValue { $0.isEmpty })
    }
  }

  @Test("are closed without a key, and absent where no sync runs")
  func closed() async throws {
    try await run { server, sync in
      let response = try await server.send("POST", "/admin/sync", fields: [], body: nil)
      #expect(response.status == 401)
      #expect(sync.calls.withLockedValue { $0.isEmpty })
    }
    try await Admin.run { server in
      let response = try await server.admin("POST", "/admin/sync")
      #expect(response.status == 404)
    }
  }
}
