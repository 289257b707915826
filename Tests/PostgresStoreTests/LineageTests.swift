import Catalog
import PostgresStore
import TestSupport
import Testing
import TieredCaching

@Suite("A database that lost commits", .needsPostgres)
struct LineageTests {
  @Test("A standby that is promoted without the last commits begins a new lifetime with its first write")
  func promotion() async throws {
    let primary = try PostgresServer()
    try primary.start()
    let url = try primary.makeDatabase()
    let name = try #require(url.split(separator: "/").last.map(String.init))
    let before = try await withStore(url) { store in
      try await store.importOffers([.sample(id: "a")])
      return try await store.manifest()
    }
    let standby = try PostgresServer(copyOf: primary)
    // What the standby never receives: its revision will be given out again.
    let lost = try await withStore(url) { store in
      try await store.importOffers([.sample(id: "a", contextLength: 5)])
      return try await store.manifest()
    }
    #expect(lost.lifetime == before.lifetime)
    try primary.stop()
    try standby.start()
    try standby.psql("SELECT pg_promote()")
    try await withStore(standby.url(name)) { store in
      #expect(try await store.manifest() == before, "nothing was written yet, and what was lost is not there")
      try await store.importOffers([.sample(id: "a", contextLength: 7)])
      let after = try await store.manifest()
      #expect(after.revisions == lost.revisions, "the same revision with another content")
      #expect(after.lifetime != before.lifetime, "so it is another lifetime")
      try await store.importOffers([.sample(id: "a", contextLength: 8)])
      #expect(try await store.manifest().lifetime == after.lifetime, "which lasts")
    }
  }

  @Test("A writer that does not wait for its commits is made to: what it wrote survives a crash")
  func durable() async throws {
    let server = try PostgresServer()
    try server.start()
    let url = try server.makeDatabase()
    try await withStore(url) { store in _ = try await store.importOffers([.sample(id: "a")]) }
    for number in 1...5 {
      // The server's own setting is off, as is this writer's.
      try server.psql(
        "SET synchronous_commit = off; UPDATE modelcatalog.offers SET context_length = \(number) WHERE id = 'a'",
        in: url)
      try server.stop(crashing: true)
      try server.start()
      let found = try server.psql("SELECT context_length FROM modelcatalog.offers WHERE id = 'a'", in: url)
      #expect(found == "\(number)")
    }
  }
}
