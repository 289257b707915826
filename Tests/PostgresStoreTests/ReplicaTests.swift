import Catalog
import PostgresClient
import PostgresStore
import TestSupport
import Testing
import TieredCaching

@Suite("A store with a replica", .needsPostgres, .serialized, .timeLimit(.minutes(3)))
struct ReplicaTests {
  private static let acme = PartID("acme")
  private static let aboutReplica = "The replica is not used"

  /// A primary, its streaming copy, and a store that knows both and holds one offer.
  private struct World {
    let primary: PostgresServer
    let replica: PostgresServer
    let store: PostgresStore
    let log: RecordingLog
    /// The name of the database.
    let name: String

    /// Waits until the replica has what the primary has.
    func waitForReplica() async throws {
      let manifest = try await store.manifest()
      let revision = try #require(manifest.revisions[ReplicaTests.acme])
      try await wait(for: "the replica") {
        let sql = "SELECT coalesce(max(revision), 0) FROM modelcatalog.revisions WHERE provider = 'acme'"
        return try replica.psql(sql, in: name) == "\(revision)"
      }
    }
  }

  private func withReplica(
    primary: String, replica: String, _ body: (PostgresStore, RecordingLog) async throws -> Void
  ) async throws {
    let log = RecordingLog()
    let configuration = PostgresStore.Configuration(
      primary: try PostgresConfiguration(url: primary, poolSize: 2),
      replica: try PostgresConfiguration(url: replica, poolSize: 2))
    let store = try await PostgresStore(configuration, logger: log.logger)
    do {
      try await body(store, log)
      try await store.close()
    } catch {
      try await store.close()
      throw error
    }
  }

  private func withWorld(_ body: (World) async throws -> Void) async throws {
    try await withServer { primary in
      let url = try primary.makeDatabase()
      let name = try #require(url.split(separator: "/").last.map(String.init))
      // The tables are there before the copy is made, so that they can be asked for at any time.
      try await withStore(url) { _ in }
      try await withServer(copyOf: primary) { replica in
        try await withReplica(primary: url, replica: replica.url(name)) { store, log in
          try await store.importOffers([.sample(id: "a")])
          let world = World(primary: primary, replica: replica, store: store, log: log, name: name)
          try await world.waitForReplica()
          try await body(world)
        }
      }
    }
  }

  private func ids(_ delta: PartDelta<ProviderPart>) -> [String]? { delta.parts[Self.acme]?.offers.map(\.id) }

  @Test("loads from it what it has, and from the primary what it does not have yet")
  func lag() async throws {
    try await withWorld { world in
      let (store, replica) = (world.store, world.replica)
      let old = try await store.manifest()
      try replica.psql("SELECT pg_wal_replay_pause()")
      try await wait(for: "the pause") { try replica.psql("SELECT pg_get_wal_replay_pause_state()") == "paused" }
      try await store.importOffers([.sample(id: "a"), .sample(id: "b")])
      let new = try await store.manifest()
      #expect(new != old)
      for _ in 0..<2 {
        let late = try await store.load(changedSince: nil, atLeast: old)
        #expect(late.manifest == old && ids(late) == ["a"])
        let careless = try await store.load(changedSince: nil)
        #expect(careless.manifest == old && ids(careless) == ["a"])
      }
      #expect(world.log.count(Self.aboutReplica) == 0)
      for _ in 0..<3 {
        let fresh = try await store.load(changedSince: old, atLeast: new)
        #expect(fresh.manifest == new && ids(fresh) == ["a", "b"])
      }
      #expect(world.log.count(Self.aboutReplica) == 1)

      try replica.psql("SELECT pg_wal_replay_resume()")
      try await world.waitForReplica()
      // Without the primary nobody else can answer.
      try world.primary.stop()
      let caughtUp = try await store.load(changedSince: nil, atLeast: new)
      #expect(caughtUp.manifest == new && ids(caughtUp) == ["a", "b"])
    }
  }

  @Test("loses no load while it is stopped, and uses it again afterwards", arguments: [false, true])
  func stopped(isCrash: Bool) async throws {
    try await withWorld { world in
      let manifest = try await world.store.manifest()
      let first = try await world.store.load(changedSince: nil, atLeast: manifest)
      #expect(ids(first) == ["a"])
      try world.replica.stop(crashing: isCrash)
      for _ in 0..<3 {
        let delta = try await world.store.load(changedSince: nil, atLeast: manifest)
        #expect(delta.manifest == manifest && ids(delta) == ["a"])
      }
      #expect(world.log.count(Self.aboutReplica) == 1)
      try world.replica.start()
      try await world.waitForReplica()
      try world.primary.stop()
      let last = try await world.store.load(changedSince: nil, atLeast: manifest)
      #expect(ids(last) == ["a"])
    }
  }

  @Test("loses no load while it stands still")
  func silent() async throws {
    try await withWorld { world in
      let manifest = try await world.store.manifest()
      try await world.replica.whilePaused {
        let start = ContinuousClock.now
        let delta = try await world.store.load(changedSince: nil, atLeast: manifest)
        #expect(ids(delta) == ["a"])
        #expect(ContinuousClock.now - start < patience)
      }
    }
  }

  @Test("does not take it for the database that is written, and says so to whoever does")
  func standbyAsPrimary() async throws {
    try await withWorld { world in
      let url = world.replica.url(world.name)
      try await withReplica(primary: url, replica: url) { store, _ in
        let delta = try await store.load(changedSince: nil)
        #expect(ids(delta) == ["a"])
        let error = await #expect(throws: StoreError.self) {
          try await store.importOffers([.sample(id: "a"), .sample(id: "b")])
        }
        #expect(error?.description.contains("name the primary in DATABASE_URL") == true)
      }
      #expect(try await world.store.offers().count == 1)
    }
  }

  @Test("takes nothing from a replica that has another catalog, or none", arguments: [false, true])
  func another(isEmpty: Bool) async throws {
    let server = try SharedServer.server()
    let url = try server.makeDatabase()
    let other = try server.makeDatabase()
    if !isEmpty {
      try await withReplica(primary: other, replica: other) { store, _ in
        try await store.importOffers([.sample(id: "x")])
        for _ in 0..<3 { _ = try await store.raiseRevisions(of: nil, purging: false) }
      }
    }
    try await withReplica(primary: url, replica: other) { store, log in
      try await store.importOffers([.sample(id: "a")])
      let manifest = try await store.manifest()
      let delta = try await store.load(changedSince: nil, atLeast: manifest)
      #expect(delta.manifest == manifest && ids(delta) == ["a"])
      #expect(log.count(Self.aboutReplica) == 1)
    }
  }
}
