import Catalog
import NIOConcurrencyHelpers
import PostgresClient
import TestSupport
import Testing
import TieredCaching

@testable import PostgresStore

@Suite("A store that listens to its database", .needsPostgres, .timeLimit(.minutes(2)))
struct WatchTests {
  /// What the store said.
  private final class Notices: Sendable {
    private let box = NIOLockedValueBox<[ChangeNotice]>([])

    var all: [ChangeNotice] { box.withLockedValue { $0 } }
    /// How often it said to look.
    var unknown: Int { all.count { $0 == .unknown } }

    func add(_ notice: ChangeNotice) { box.withLockedValue { $0.append(notice) } }
  }

  private static let acme = PartID("acme")
  /// The name by which the server knows the connection that listens.
  private static let name = "listener"

  /// Runs a test while a store listens, with the way there that is named; afterwards it must end soon.
  private func withWatch(
    _ database: String, direct: String, log: RecordingLog = RecordingLog(),
    _ body: (PostgresStore, Notices) async throws -> Void
  ) async throws {
    let configuration = PostgresStore.Configuration(
      primary: try PostgresConfiguration(url: database, poolSize: 2), direct: try PostgresConfiguration(url: direct))
    let store = try await PostgresStore(configuration, logger: log.logger)
    let notices = Notices()
    let watch = Task { await store.watch { notices.add($0) } }
    do {
      try await body(store, notices)
    } catch {
      watch.cancel()
      try await store.close()
      throw error
    }
    let start = ContinuousClock.now
    watch.cancel()
    await watch.value
    #expect(ContinuousClock.now - start < patience)
    try await store.close()
  }

  /// Runs a test while a store that holds one offer listens directly.
  private func withListener(_ body: (PostgresStore, String, Notices) async throws -> Void) async throws {
    let url = try SharedServer.server().makeDatabase()
    try await withStore(url) { _ = try await $0.importOffers([.sample(id: "a")]) }
    try await withWatch(url, direct: "\(url)?application_name=\(Self.name)") { store, notices in
      try await wait(for: "the first notice") { !notices.all.isEmpty }
      #expect(notices.all == [.unknown])
      try await body(store, url, notices)
    }
  }

  private func psql(_ sql: String, _ url: String) throws {
    try SharedServer.server().psql("SET search_path = modelcatalog, pg_catalog; \(sql)", in: url)
  }

  private func revision(_ store: PostgresStore) async throws -> Revision {
    try #require(try await store.manifest().revisions[Self.acme])
  }

  @Test("is told of every change with its revision, whoever makes it, and of none that is rolled back")
  func raised() async throws {
    try await withListener { store, url, notices in
      try psql("UPDATE offers SET max_output = 1", url)
      let first = try await revision(store)
      try await wait(for: "the change by hand") { notices.all.count >= 2 }
      try psql("BEGIN; UPDATE offers SET max_output = 2; ROLLBACK", url)
      try await store.importOffers([.sample(id: "a"), .sample(id: "b")])
      let second = try await revision(store)
      try await wait(for: "the import") { notices.all.contains(.raised(Self.acme, second)) }
      #expect(notices.all.starts(with: [.unknown, .raised(Self.acme, first)]))
      let raised = notices.all.dropFirst().map { notice in
        if case .raised(Self.acme, let revision) = notice { revision } else { Revision.zero }
      }
      #expect(raised == raised.sorted() && raised.allSatisfy { (first...second).contains($0) })
    }
  }

  @Test("is told to look after its connection was ended, so that a change in between is found")
  func terminated() async throws {
    try await withListener { store, url, notices in
      let before = try await revision(store)
      try psql(
        """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = '\(Self.name)'
        """, url)
      try psql("UPDATE offers SET max_output = 1", url)
      try await wait(for: "the new connection") { notices.unknown >= 2 }
      let between = try await revision(store)
      #expect(between > before)
      try psql("UPDATE offers SET max_output = 2", url)
      let after = try await revision(store)
      try await wait(for: "the change after it") { notices.all.contains(.raised(Self.acme, after)) }
    }
  }

  @Test("is told to look when somebody notifies of something that is not understood")
  func garbageOnTheWay() async throws {
    try await withListener { store, url, notices in
      for (number, payload) in ["x", "", "acme -1", String(repeating: "y", count: 7_000)].enumerated() {
        try psql("NOTIFY modelcatalog, '\(payload)'", url)
        try await wait(for: "the notice") { notices.unknown >= number + 2 }
      }
      try psql("NOTIFY another, 'acme 5'; NOTIFY modelcatalog, 'acme 5'", url)
      try await wait(for: "the notice") { notices.all.last == .raised(Self.acme, Revision(5)) }
      #expect(notices.all.count == 6)
    }
  }

  @Test(
    "takes nothing for a revision that is none",
    arguments: [
      "", " ", "x", "acme", "acme ", "acme x", "acme 0", "acme -1", "acme 1.5", "acme 1 2", "acme  1", "acme 1 ",
      "acme\n1", "acme 9223372036854775808", "acme 0x1", "acme ١", "🚀",
    ])
  func garbage(_ payload: String) { #expect(PostgresStore.notice(payload) == .unknown) }

  @Test("understands what the triggers send")
  func understood() {
    #expect(PostgresStore.notice("acme 7") == .raised(Self.acme, Revision(7)))
    #expect(PostgresStore.notice("*index 9223372036854775807") == .raised(PartID("*index"), Revision(.max)))
  }

  private static let aboutPooler = "Notifications may not arrive through a pooler"
  private static let aboutLoss = "Notifications of the database are not received"

  @Test(
    "says in the log that it listens through a pooler, and ends when it is told to",
    .enabled(if: PgBouncer.isInstalled, "pgbouncer is not installed"))
  func pooled() async throws {
    let log = RecordingLog()
    let url = try SharedServer.server().makeDatabase()
    let pooled = try SharedServer.pooler().url(of: url)
    try await withWatch(pooled, direct: pooled, log: log) { _, notices in
      try await wait(for: "the first notice") { notices.unknown >= 1 }
      #expect(log.count(Self.aboutPooler) == 1)
    }
  }

  @Test(
    "is told of changes over the direct way when everything else goes through a pooler",
    .enabled(if: PgBouncer.isInstalled, "pgbouncer is not installed"))
  func besidePooler() async throws {
    let log = RecordingLog()
    let url = try SharedServer.server().makeDatabase()
    try await withWatch(SharedServer.pooler().url(of: url), direct: url, log: log) { store, notices in
      try await wait(for: "the first notice") { notices.unknown == 1 }
      try await store.importOffers([.sample(id: "a")])
      let revision = try await revision(store)
      try await wait(for: "the import") { notices.all.contains(.raised(Self.acme, revision)) }
      #expect(log.count(Self.aboutPooler) == 0)
    }
  }

  @Test("says once that there is nobody to listen to, tells nothing, and ends when it is told to")
  func unreachable() async throws {
    let log = RecordingLog()
    let url = try SharedServer.server().makeDatabase()
    let nowhere = "postgres://postgres@127.0.0.1:\(try Loopback.freePort())/x"
    try await withWatch(url, direct: nowhere, log: log) { store, notices in
      try await wait(for: "the log") { log.count(Self.aboutLoss) == 1 }
      // Time for several attempts.
      try await Task.sleep(for: .seconds(2))
      #expect(log.count(Self.aboutLoss) == 1)
      #expect(notices.all.isEmpty)
      _ = try await store.manifest()
    }
  }
}
