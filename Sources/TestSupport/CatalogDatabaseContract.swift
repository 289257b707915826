public import Catalog
import NIOConcurrencyHelpers
import Testing
import TieredCaching

/// What every ``CatalogDatabase`` promises beside what every store does.
public enum CatalogDatabaseContract {
  /// A copy holds what the original holds, all tables of it, and goes on from there; leases stay where they are.
  ///
  /// - Parameters:
  ///   - source: an empty database.
  ///   - target: another one.
  public static func checkCopy(from source: any CatalogDatabase, to target: any CatalogDatabase) async throws {
    try await fill(source)
    try await target.setRecord(.provider, "acme", #""from before there was anything""#)
    let rows = try await copy(source, target)
    for table in CatalogTable.allCases { #expect(rows[table, default: 0] > 0, "nothing of \(table) was copied") }
    try await expectSame(source, target)
    #expect(try await source.manifest().lifetime != target.manifest().lifetime)
    #expect(try await target.acquireLease("sync", token: "other", for: .seconds(60)))
    await #expect(throws: StoreError.self) { try await copy(source, target) }

    for store in [source, target] {
      try await store.importOffers(
        [.sample(id: "c", pricing: .sample(prompt: "8"))], options: .reviewed(isPartial: true))
      try await store.override(#"{"max_output":9}"#, id: "c")
    }
    try await expectSame(source, target, butTimes: true)
  }

  /// Something of everything.
  private static func fill(_ store: any CatalogDatabase) async throws {
    try await store.importOffers(
      [.sampleWithEverything(id: "a"), .sample(id: "b"), .sample(id: "c")],
      of: Provider(slug: .sample(), name: "Acme", siteURL: "https://acme.example"))
    try await store.importOffers([.sample(id: "c", name: "New", source: "second")], stated: .name, options: .reviewed())
    try await store.importOffers([.sample(id: "b", pricing: .sample(prompt: "5"))], options: .reviewed(isPartial: true))
    _ = try await store.decide(try #require(try await store.entries().last).id, .reject, by: "größer")
    try await store.override(#"{"pricing":{"prompt":"0.5"},"aliases":["x"]}"#, id: "b", note: "why")
    _ = try await store.raiseRevisions(of: [PartID("*full"), PartID("acme")], purging: true)
    try await store.setMetadata("license", "MIT")
    try await store.setRecord(.provider, "acme", #"{"state" : "good"}"#)
    #expect(try await store.acquireLease("sync", token: "one", for: .seconds(60)))
  }

  private static func copy(
    _ source: any CatalogDatabase, _ target: any CatalogDatabase
  ) async throws -> [CatalogTable: Int] {
    let batches = NIOLockedValueBox<[CatalogRowBatch]>([])
    try await source.readTables { batch in batches.withLockedValue { $0.append(batch) } }
    let counts = batches.withLockedValue { batches in
      batches.reduce(into: [CatalogTable: Int]()) { $0[$1.table, default: 0] += $1.rows.count }
    }
    try await target.fillTables { batches.withLockedValue { $0.isEmpty ? nil : $0.removeFirst() } }
    return counts
  }

  private static func expectSame(
    _ source: any CatalogDatabase, _ target: any CatalogDatabase, butTimes areTimesApart: Bool = false
  ) async throws {
    let (mine, theirs) = (try await source.load(changedSince: nil), try await target.load(changedSince: nil))
    #expect(mine.manifest.revisions == theirs.manifest.revisions && mine.manifest.floors == theirs.manifest.floors)
    #expect(mine.parts.mapValues(\.offers) == theirs.parts.mapValues(\.offers))
    #expect(mine.parts.mapValues(\.provider) == theirs.parts.mapValues(\.provider))
    #expect(try await source.metadata() == target.metadata())
    #expect(try await source.records(.provider) == target.records(.provider))
    for id in ["a:fp8", "b", "c"] {
      let (stated, copied) = (
        try await source.detail(of: id, provider: .sample()).stated,
        try await target.detail(of: id, provider: .sample()).stated
      )
      #expect(stated == copied)
    }
    let (log, copiedLog) = (
      try await source.changes(after: 0, provider: nil, limit: 1_000),
      try await target.changes(after: 0, provider: nil, limit: 1_000)
    )
    #expect(log.map(\.wordsWithProvider) == copiedLog.map(\.wordsWithProvider))
    #expect(log.map(\.sequence) == copiedLog.map(\.sequence) && log.map(\.revision) == copiedLog.map(\.revision))
    let (entries, copiedEntries) = (try await source.entries(), try await target.entries())
    #expect(entries.map(\.words) == copiedEntries.map(\.words) && entries.map(\.id) == copiedEntries.map(\.id))
    let (overrides, copiedOverrides) = (try await source.overrides(of: nil), try await target.overrides(of: nil))
    #expect(overrides.map(\.value) == copiedOverrides.map(\.value))
    // What was done to each of them was done at times of its own.
    guard !areTimesApart else { return }
    #expect(log == copiedLog && entries == copiedEntries && overrides == copiedOverrides)
  }
}
