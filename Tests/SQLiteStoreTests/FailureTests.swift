import Catalog
import SQLiteStore
import TestSupport
import Testing
import TieredCaching

@Suite("Failures", .enabled(if: Shell.path != nil, "sqlite3 is not installed"))
struct FailureTests {
  @Test(
    "A row that cannot be an offer fails the whole load and is named",
    arguments: [
      ("status = 'retired'", "status"),
      ("input_modalities = '[\"smell\"]'", "input_modalities"),
      ("capabilities = '[\"flying\"]'", "capabilities"),
      ("supported_parameters = '[1]'", "supported_parameters"),
      ("aliases = '[\"\"]'", "aliases"),
      ("pricing = '{\"state\":\"priced\"}'", "pricing.state"),
      ("pricing = '{\"state\":\"free\",\"prompt\":\"1\"}'", "pricing.state"),
      ("pricing = '{\"state\":\"priced\",\"prompt\":1}'", "pricing.prompt"),
      ("pricing = '{\"state\":\"priced\",\"prompt\":\"-1\"}'", "pricing.prompt"),
      ("pricing = '[]'", "pricing"),
      ("name = ''", "name"),
      ("provenance = '{\"colour\":{\"source\":\"a\",\"observed_at\":1}}'", "provenance"),
      ("provenance = '{\"name\":{\"source\":\"\",\"observed_at\":1}}'", "provenance"),
      ("provenance = '{\"name\":{\"source\":\"a\"}}'", "provenance"),
      ("context_length = 0", "context_length"),
      ("deprecation_date = 'soon'", "deprecation_date"),
    ])
  func corruptRow(_ assignment: String, _ field: String) async throws {
    try await withTemporaryStore { store, path in
      try await store.importOffers([.sample(id: "a"), .sample(id: "b")])
      try await store.importOffers([.sample(provider: "other")])
      let output = try Shell.run("UPDATE offers SET \(assignment) WHERE id = 'b'", path)
      try #require(output.succeeded, "\(output.text)")
      let error = try await #require(throws: StoreError.self) { try await store.load(changedSince: nil) }
      guard case .corruptRow(provider: "acme", offer: "b", let reason) = error else {
        Issue.record(error)
        return
      }
      #expect(reason.hasPrefix("\(field): "))
    }
  }

  @Test("An import that fails half way changes nothing")
  func failingImport() async throws {
    try await withTemporaryStore { store, path in
      try await store.importOffers([.sample(id: "a"), .sample(id: "b"), .sample(id: "c")])
      let trigger = """
        CREATE TRIGGER broken BEFORE UPDATE ON offers WHEN NEW.id = 'c' BEGIN SELECT RAISE(ABORT, 'broken disk'); END
        """
      try #require(try Shell.run(trigger, path).succeeded)
      let before = try await store.load(changedSince: nil)
      let error = await #expect(throws: StoreError.self) {
        try await store.importOffers([
          .sample(id: "b", contextLength: 1), .sample(id: "c", contextLength: 1), .sample(id: "d"),
        ])
      }
      #expect(error?.description.contains("broken disk") == true)
      #expect(try await store.manifest() == before.manifest)
      #expect(try await store.offers() == before.parts[PartID("acme")]?.offers)
      #expect(try await store.changes(after: 0, provider: nil, limit: 100).count == 3)
      #expect(try Shell.run("SELECT count(*) FROM imports", path).text == "1\n")
      try #require(try Shell.run("DROP TRIGGER broken", path).succeeded)
      #expect(try await store.importOffers([.sample(id: "b"), .sample(id: "c", contextLength: 1)]).changed == 1)
    }
  }

  @Test("Imports that change something are remembered; one that changes nothing leaves no trace")
  func remembered() async throws {
    try await withTemporaryStore { store, path in
      let count = "SELECT count(*) FROM imports"
      for _ in 0..<3 { try await store.importOffers([.sample(id: "a")]) }
      #expect(try Shell.run(count, path).text == "1\n")
      try await store.importOffers([.sample(id: "a", contextLength: 64_000)])
      try await store.importOffers([.sample(id: "a", contextLength: 64_000)])
      #expect(try Shell.run(count, path).text == "2\n")
    }
  }

  @Test("A change of another process is noticed by asking for the manifest", .timeLimit(.minutes(1)))
  func noticed() async throws {
    try await withTemporaryStore { store, path in
      try await store.importOffers([.sample()])
      let before = try await store.manifest()
      async let written = Shell.run("UPDATE offers SET max_output = 9", path)
      while try await store.manifest() == before { await Task.yield() }
      #expect(try await written.succeeded)
      #expect(try await store.offers().first?.maxOutput == 9)
    }
  }
}
