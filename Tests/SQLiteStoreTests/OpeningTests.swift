import Catalog
import Foundation
import SQLiteStore
import TestSupport
import Testing
import TieredCaching

@Suite("Opening a database file")
struct OpeningTests {
  private func message(_ path: String) async throws -> String {
    let error = await #expect(throws: StoreError.self) { _ = try await SQLiteStore(path: path) }
    return try #require(error).description
  }

  @Test("keeps lifetime, revisions and offers when closed and opened again")
  func reopened() async throws {
    try await withTemporaryPath { path in
      let first = try await SQLiteStore(path: path)
      try await first.importOffers([.sample()])
      let before = try await first.load(changedSince: nil)
      try await first.close()
      await #expect(throws: StoreError.self) { try await first.manifest() }
      let second = try await SQLiteStore(path: path)
      let after = try await second.load(changedSince: nil)
      #expect(after.manifest == before.manifest)
      #expect(after.parts[PartID("acme")]?.offers == before.parts[PartID("acme")]?.offers)
      try await second.close()
    }
  }

  @Test("gives two files different lifetimes")
  func lifetimes() async throws {
    let first = try await withTemporaryStore { store, _ in try await store.manifest().lifetime }
    let second = try await withTemporaryStore { store, _ in try await store.manifest().lifetime }
    #expect(first != second)
    #expect(first.count == 32)
  }

  @Test("works for several at once on a new file, who then see each other's changes")
  func together() async throws {
    try await withTemporaryPath { path in
      let stores = try await withThrowingTaskGroup(of: SQLiteStore.self) { group in
        for _ in 0..<8 { group.addTask { try await SQLiteStore(path: path) } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      try await stores[0].importOffers([.sample()])
      let manifest = try await stores[0].manifest()
      #expect(manifest.revisions.count == 1)
      for store in stores { #expect(try await store.manifest() == manifest) }
      for store in stores { try await store.close() }
    }
  }

  @Test("says what to do when the directory is missing")
  func missingDirectory() async throws {
    try await withTemporaryPath { path in
      let message = try await message(path + "/none/db")
      #expect(message.contains("create its directory"))
    }
  }

  @Test("refuses a file that is no database")
  func notADatabase() async throws {
    try await withTemporaryPath { path in
      try String(repeating: "not a database ", count: 100).write(toFile: path, atomically: true, encoding: .utf8)
      #expect(try await message(path).contains("not a SQLite database"))
    }
  }

  @Test("refuses a newer version's file and names the version", .enabled(if: Shell.path != nil))
  func newerSchema() async throws {
    try await withTemporaryPath { path in
      try await SQLiteStore(path: path).close()
      try #require(try Shell.run("PRAGMA user_version = 99", path).succeeded)
      #expect(try await message(path).contains("version 99"))
    }
  }

  @Test("refuses another program's database", .enabled(if: Shell.path != nil))
  func foreign() async throws {
    try await withTemporaryPath { path in
      try #require(try Shell.run("CREATE TABLE theirs (x)", path).succeeded)
      #expect(try await message(path).contains("another program"))
      #expect(try Shell.run("SELECT name FROM sqlite_schema", path).text == "theirs\n")
    }
  }

  @Test("reports its health")
  func health() async throws {
    try await withTemporaryStore { store, path in
      try await store.importOffers([.sample(id: "a"), .sample(id: "b")])
      let health = try await store.health()
      #expect(health["path"] == path)
      #expect(health["schema"] == "3")
      #expect(health["journal"] == "wal")
      #expect(health["offers"] == "2")
      #expect(health["providers"] == "1")
      #expect(health["check"] == "ok")
      #expect(Int(health["size"] ?? "") ?? 0 > 0)
    }
  }
}
