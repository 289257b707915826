public import Catalog
public import Testing
import TieredCaching

/// What every store promises that keeps ``SyncRecords``, as rules like those of ``CatalogStoreContract``.
public enum SyncRecordsContract {
  /// One promise.
  public struct Rule: Sendable, CustomTestStringConvertible {
    /// The promise in words.
    public let testDescription: String
    /// Checks it against an empty store.
    public let check: @Sendable (any CatalogStore & SyncRecords) async throws -> Void

    init(
      _ testDescription: String, _ check: @escaping @Sendable (any CatalogStore & SyncRecords) async throws -> Void
    ) {
      self.testDescription = testDescription
      self.check = check
    }
  }

  /// All promises.
  public static let rules = [
    Rule("a lease is held by one until it is released") { store in
      #expect(try await store.acquireLease("sync", token: "a", for: .seconds(60)))
      #expect(try await store.acquireLease("sync", token: "b", for: .seconds(60)) == false)
      #expect(try await store.acquireLease("other", token: "b", for: .seconds(60)))
      try await store.releaseLease("sync", token: "a")
      #expect(try await store.acquireLease("sync", token: "b", for: .seconds(60)))
      #expect(try await store.acquireLease("sync", token: "a", for: .seconds(60)) == false)
    },
    Rule("a lease that nobody prolongs ends by itself") { store in
      #expect(try await store.acquireLease("sync", token: "a", for: .milliseconds(20)))
      try await Task.sleep(for: .milliseconds(60))
      #expect(try await store.acquireLease("sync", token: "b", for: .seconds(60)))
      #expect(try await store.acquireLease("sync", token: "a", for: .seconds(60)) == false)
    },
    Rule("whoever holds a lease prolongs it") { store in
      #expect(try await store.acquireLease("sync", token: "a", for: .milliseconds(20)))
      #expect(try await store.acquireLease("sync", token: "a", for: .seconds(60)))
      try await Task.sleep(for: .milliseconds(60))
      #expect(try await store.acquireLease("sync", token: "b", for: .seconds(60)) == false)
    },
    Rule("a lease is released by nobody but its holder") { store in
      #expect(try await store.acquireLease("sync", token: "a", for: .seconds(60)))
      try await store.releaseLease("sync", token: "b")
      try await store.releaseLease("none", token: "a")
      #expect(try await store.acquireLease("sync", token: "b", for: .seconds(60)) == false)
    },
    Rule("of many who ask at the same time one gets the lease") { store in
      let winners = try await withThrowingTaskGroup(of: Bool.self) { group in
        for number in 0..<8 {
          group.addTask { try await store.acquireLease("sync", token: "\(number)", for: .seconds(60)) }
        }
        return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(winners == 1)
    },
    Rule("records are kept, replaced and removed, each kind for itself") { store in
      #expect(try await store.records(.provider).isEmpty)
      try await store.setRecord(.provider, "acme", #"{"state":"failed"}"#)
      try await store.setRecord(.provider, "acme", #"{"state" : "good", "text":"größer \u0001 '"}"#)
      try await store.setRecord(.provider, "other", "[1]")
      try await store.setRecord(.webhook, "acme", "5")
      let expected = ["acme": #"{"state" : "good", "text":"größer \u0001 '"}"#, "other": "[1]"]
      #expect(try await store.records(.provider) == expected)
      #expect(try await store.records(.webhook) == ["acme": "5"])
      #expect(try await store.record(.provider, "acme") == expected["acme"])
      #expect(try await store.record(.job, "acme") == nil)
      try await store.setRecord(.provider, "acme", nil)
      try await store.setRecord(.job, "acme", nil)
      #expect(try await store.records(.provider) == ["other": "[1]"])
      #expect(try await store.records(.webhook) == ["acme": "5"])
    },
    Rule("what is no record is refused") { store in
      let long = "\"" + String(repeating: "x", count: SyncRecordKind.maximumLength) + "\""
      for (name, value) in [("a", "{"), ("a", ""), ("a", long), ("", "1"), ("a\nb", "1")] {
        let error = await #expect(throws: StoreError.self) { try await store.setRecord(.job, name, value) }
        guard case .invalidText? = error else {
          Issue.record("\(name): \(String(describing: error))")
          continue
        }
      }
      let kept = try await store.records(.job)
      #expect(kept.isEmpty)
    },
    Rule("nothing of it is part of the catalog") { store in
      try await store.importOffers([.sample()])
      let before = try await store.manifest()
      _ = try await store.acquireLease("sync", token: "a", for: .seconds(60))
      try await store.setRecord(.provider, "acme", "{}")
      try await store.releaseLease("sync", token: "a")
      #expect(try await store.manifest() == before)
      #expect(try await store.changes(after: 0, provider: nil, limit: 10).count == 1)
    },
  ]
}
