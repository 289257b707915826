import Catalog
import TestSupport
import Testing

@Suite("Changes that are wanted")
struct ChangeFilterTests {
  /// A store with a log of 41 changes: additions, prices and contexts of two providers, and a removal.
  private func store() async throws -> InMemoryCatalogStore {
    let store = InMemoryCatalogStore(now: { 1_700_000_000 })
    for round in 0..<10 {
      for provider in ["acme", "other"] {
        try await store.importOffers([
          .sample(provider: provider, contextLength: round + 1, pricing: .sample(prompt: "0.00000\(round + 1)"))
        ])
      }
    }
    _ = try await store.edit(.deleteOffer(provider: .sample("acme"), id: "acme-1"))
    _ = try await store.edit(
      .patchOffer(provider: .sample("other"), id: "acme-1", OfferPatch(JSONReader.parse(#"{"name":"Z"}"#))))
    _ = try await store.edit(.putOffer(.sample(provider: "acme", id: "acme-2")))
    return store
  }

  private static let filters = [
    ChangeFilter(), ChangeFilter(kind: .added), ChangeFilter(kind: .removed), ChangeFilter(kind: .changed),
    ChangeFilter(field: "pricing"), ChangeFilter(field: "pricing.prompt"), ChangeFilter(field: "context_length"),
    ChangeFilter(field: "context"), ChangeFilter(field: "pricing."), ChangeFilter(kind: .added, field: "pricing"),
  ]

  @Test("Reading on from page to page gives what is wanted, once each, whatever the sizes of page and search")
  func pages() async throws {
    let store = try await store()
    let all = await store.changes(after: 0, provider: nil, limit: 1_000)
    for provider in [nil, "acme"] {
      for plain in Self.filters {
        var filter = plain
        filter.provider = try provider.map { try .sample($0) }
        let wanted = all.filter { change in
          let field = filter.field
          return (provider == nil || change.provider.text == provider)
            && (filter.kind == nil || change.kind == filter.kind)
            && (field == nil || change.field == field || change.field?.hasPrefix("\(field ?? "").") == true)
        }
        for (limit, reading) in [(1, 1), (3, .max), (1_000, 5), (1_000, .max)] {
          var found: [CatalogChange] = []
          var position = 0
          while true {
            let page = try await store.changes(after: position, matching: filter, limit: limit, reading: reading)
            #expect(page.changes.count <= limit)
            found += page.changes
            guard page.hasMore else { break }
            try #require(page.next > position)
            position = page.next
          }
          #expect(found == wanted, "\(filter) \(limit) \(reading)")
        }
      }
    }
  }

  @Test("Reading back from page to page gives what is wanted, once each, the newest first, whatever the sizes")
  func pagesBack() async throws {
    let store = try await store()
    for provider in [nil, try ProviderSlug.sample("other"), try .sample("nobody")] {
      for plain in Self.filters {
        var filter = plain
        filter.provider = provider
        let all = await store.changes(after: 0, provider: provider, limit: 1_000)
        for (limit, reading) in [(1, 1), (3, .max), (7, 5), (1_000, 5), (1_000, .max)] {
          for start in [0, 1, 2, 20, all.count, 42, 1_000_000] {
            let wanted = all.filter { $0.sequence < start && filter.contains($0) }
            var found: [CatalogChange] = []
            var position: Int? = start
            while let before = position {
              let page = try await store.changes(before: before, matching: filter, limit: limit, reading: reading)
              #expect(page.changes.count <= limit)
              found += page.changes
              position = page.next
              try #require(page.next ?? 0 < max(before, 1))
            }
            #expect(found == wanted.reversed(), "\(filter) \(limit) \(reading) \(start)")
          }
        }
      }
    }
  }

  @Test("Where nothing more is wanted, the next reading begins behind all that was looked at")
  func goesOn() async throws {
    let store = try await store()
    let page = try await store.changes(after: 0, matching: ChangeFilter(field: "variant"), limit: 5, reading: .max)
    #expect(page.changes.isEmpty)
    #expect(!page.hasMore)
    #expect(await store.changes(after: page.next, provider: nil, limit: 1).isEmpty)
    let empty = InMemoryCatalogStore(now: { 0 })
    #expect(try await empty.changes(after: 7, matching: ChangeFilter(), limit: 5, reading: .max).next == 7)
  }

  @Test("The newest changes are found without reading the log from its beginning, whatever the hint")
  func newest() async throws {
    let store = try await store()
    for provider in [nil, try ProviderSlug.sample("other"), try .sample("nobody")] {
      let all = await store.changes(after: 0, provider: provider, limit: 1_000)
      for limit in [1, 2, 7, 19, 20, 21, 40, 41, 42, 100] {
        for hint in [0, 1, 5, 20, 38, 39, 40, 41, 42, 43, 1_000, 1_000_000] {
          let found = try await store.newestChanges(provider: provider, limit: limit, hint: hint)
          #expect(found == all.suffix(limit), "\(limit) \(hint)")
        }
      }
    }
  }

  @Test("With the hint of the last time, the newest changes take two questions")
  func questions() async throws {
    let store = FaultyCatalogStore(try await store())
    let first = try await store.newestChanges(limit: 5)
    let asked = store.calls(.changes)
    #expect(asked < 20)
    #expect(try await store.newestChanges(limit: 5, hint: try #require(first.first).sequence - 1) == first)
    #expect(store.calls(.changes) - asked == 2)
  }
}
