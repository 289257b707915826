public import Catalog
public import Testing
import TieredCaching

/// What every database promises to people who change it by hand. The statements are the same for all of them, but for those
/// on prices, as each has functions of its own for JSON.
public enum HandwrittenSQL {
  /// Runs SQL in the shell of the database, and throws when it is refused.
  public typealias Shell = (_ sql: String) throws -> Void

  /// A change of a store that holds the offers `a` and `b` of acme, and what the log must say about it.
  public struct Edit: Sendable, CustomTestStringConvertible {
    /// What is changed.
    public let testDescription: String
    let sql: String
    let log: [String]

    /// An edit.
    public init(_ testDescription: String, _ sql: String, log: [String]) {
      self.testDescription = testDescription
      self.sql = sql
      self.log = log
    }
  }

  /// Changes that every database understands.
  public static let edits = [
    Edit(
      "one column", "UPDATE offers SET context_length = 5 WHERE id = 'a'",
      log: ["changed a context_length 128000 5"]),
    Edit(
      "several columns and rows", "UPDATE offers SET max_output = 7, status = 'deprecated'",
      log: [
        "changed a max_output nil 7", "changed a status active deprecated", "changed b max_output nil 7",
        "changed b status active deprecated",
      ]),
    Edit(
      "a new offer of a known provider",
      "INSERT INTO offers (provider, id, model_id, name) VALUES ('acme', 'c', 'c', 'C')", log: ["added c - nil unknown"]
    ),
    Edit("a removed offer", "DELETE FROM offers WHERE id = 'a'", log: ["removed a - 0.0000025/0.00001 nil"]),
    Edit(
      "a new id", "UPDATE offers SET id = 'z', model_id = 'z' WHERE id = 'a'",
      log: ["removed a - 0.0000025/0.00001 nil", "added z - nil 0.0000025/0.00001"]),
    Edit("the provider's name", "UPDATE providers SET name = 'Acme'", log: []),
    Edit("the source", "UPDATE offers SET source = 'me' WHERE id = 'a'", log: []),
    Edit(
      "a removed provider", "DELETE FROM providers",
      log: ["removed a - 0.0000025/0.00001 nil", "removed b - 0.0000025/0.00001 nil"]),
  ]

  /// Statements that would break the data.
  public static let refused = [
    "UPDATE offers SET provenance = '[]'", "UPDATE offers SET provenance = 'me'", "UPDATE offers SET pricing = 'free'",
    "UPDATE offers SET aliases = 'x,y'",
    "UPDATE offers SET capabilities = '{}'", "UPDATE offers SET id = 'other'",
    "UPDATE offers SET context_length = 'many'", "UPDATE offers SET name = NULL",
    "INSERT INTO providers (slug, name) VALUES ('No Slug', 'x')",
    "INSERT INTO offers (provider, id, model_id, name) VALUES ('UPPER', 'x', 'x', 'X')",
    "UPDATE revisions SET revision = revision - 1", "DELETE FROM revisions", "UPDATE revisions SET floor = revision",
    "UPDATE revisions SET floor = revision + 2, revision = revision + 1",
    "UPDATE revisions SET floor = -1, revision = revision + 1",
    "INSERT INTO overrides (provider, offer, member, value) VALUES ('acme', 'a', 'colour', '1')",
    "INSERT INTO overrides (provider, offer, member, value) VALUES ('acme', 'a', 'hidden', 'yes')",
    "INSERT INTO overrides (provider, offer, member, value) VALUES ('Acme', 'a', 'hidden', 'true')",
    "INSERT INTO overrides (provider, offer, member, value) VALUES ('acme', '', 'hidden', 'true')",
  ]

  private static func fill(_ store: any CatalogStore) async throws {
    try await store.importOffers([
      .sample(id: "a", observedAt: 1_600_000_000), .sample(id: "b", observedAt: 1_600_000_000),
    ])
  }

  private static func log(_ store: any CatalogStore) async throws -> [CatalogChange] {
    try await store.changes(after: 2, provider: nil, limit: 100)
  }

  /// A change raises the revision, is logged and is loaded.
  public static func check(_ edit: Edit, _ store: any CatalogStore, _ shell: Shell) async throws {
    try await fill(store)
    let before = try await store.load(changedSince: nil)
    try shell(edit.sql)
    let manifest = try await store.manifest()
    #expect(
      manifest.revisions[PartID("acme")] ?? .zero > before.manifest.revisions[PartID("acme")] ?? .zero)
    let delta = try await store.load(changedSince: before.manifest)
    #expect(delta.manifest == manifest)
    let part = try #require(delta.parts[PartID("acme")])
    let old = try #require(before.parts[PartID("acme")])
    #expect(part.offers != old.offers || part.provider != old.provider)
    let changes = try await log(store)
    #expect(changes.map(\.words).sorted() == edit.log.sorted())
    #expect(changes.allSatisfy { $0.effectiveAt == $0.at }, "as of now, unlike the import before")
  }

  /// A statement that would break the data is refused, and changes nothing.
  public static func checkRefusal(of sql: String, _ store: any CatalogStore, _ shell: Shell) async throws {
    try await fill(store)
    let before = try await store.manifest()
    #expect(throws: (any Error).self) { try shell(sql) }
    #expect(try await store.manifest() == before)
    #expect(try await store.offers().count == 2)
  }

  /// What sets the same values, or is rolled back, changes nothing.
  public static func checkNothing(_ store: any CatalogStore, _ shell: Shell) async throws {
    try await fill(store)
    let before = try await store.manifest()
    try shell("UPDATE offers SET name = name, pricing = pricing; UPDATE providers SET name = name")
    try shell("UPDATE offers SET provenance = '{\"name\":{\"source\":\"me\",\"observed_at\":1}}'")
    try shell("BEGIN; DELETE FROM offers; ROLLBACK")
    #expect(try await store.manifest() == before)
    #expect(try await log(store).isEmpty)
  }

  /// An offer of an unknown provider brings the provider, and a provider that gets another slug takes its offers along.
  public static func checkProviders(_ store: any CatalogStore, _ shell: Shell) async throws {
    try await fill(store)
    try shell("INSERT INTO offers (provider, id, model_id, name) VALUES ('new.one', 'x', 'x', 'X')")
    let part = try #require(try await store.load(changedSince: nil).parts[PartID("new.one")])
    #expect(part.provider == Provider(slug: try .sample("new.one")))
    #expect(part.offers.first?.pricing.state == .unknown)
    try await store.importOffers(
      [.sample(id: "a", pricing: .sample(prompt: "5"))], options: .reviewed(isPartial: true))
    try await store.override(#"{"max_output":7}"#, id: "b")
    try shell("UPDATE providers SET slug = 'acme2' WHERE slug = 'acme'")
    #expect(
      try await store.entries().map { "\($0.provider) \($0.words)" } == ["acme2 a pricing held pending 0.0000025 5"])
    let parts = try await store.load(changedSince: nil).parts
    #expect(parts[PartID("acme")]?.offers.isEmpty == true)
    #expect(parts[PartID("acme2")]?.offers.map(\.maxOutput) == [nil, 7])
    try shell("DELETE FROM providers WHERE slug = 'acme2'")
    #expect(try await store.entries().isEmpty)
    #expect(try await store.overrides(of: nil).isEmpty)
  }

  /// A floor is set with the revision that it equals, and never falls.
  public static func checkPurge(_ store: any CatalogStore, _ shell: Shell) async throws {
    try await fill(store)
    try shell("UPDATE revisions SET revision = revision + 1, floor = revision + 1 WHERE provider = 'acme'")
    let manifest = try await store.manifest()
    #expect(manifest.floors == manifest.revisions)
    #expect(throws: (any Error).self) { try shell("UPDATE revisions SET revision = revision + 1, floor = 0") }
    #expect(try await store.manifest() == manifest)
    try shell("UPDATE offers SET max_output = 3")
    let later = try await store.manifest()
    #expect(later.floors == manifest.floors)
    #expect(later.revisions[PartID("acme")] ?? .zero > manifest.revisions[PartID("acme")] ?? .zero)
  }

  /// Overrides are logged and served as they are changed, moved and removed; one that no offer can have fails the load and is
  /// named.
  public static func checkOverrides(_ store: any CatalogStore, _ shell: Shell) async throws {
    try await fill(store)
    try await store.importOffers([.sample(provider: "other")])
    try shell(
      "INSERT INTO overrides (provider, offer, member, value, note) VALUES ('acme', 'a', 'max_output', '7', 'x')")
    let inserted = try #require(try await store.overrides(of: nil).first)
    #expect(inserted.value == "7" && inserted.note == "x" && inserted.setBy == "manual")
    let before = try await store.manifest()
    try shell("UPDATE overrides SET note = 'y', value = value; DELETE FROM overrides WHERE offer = 'none'")
    #expect(try await store.manifest() == before)
    try shell("UPDATE overrides SET value = '8'")
    #expect(try await store.offers().map(\.maxOutput) == [8, nil])
    try shell("UPDATE overrides SET offer = 'b'")
    #expect(try await store.offers().map(\.maxOutput) == [nil, 8])
    try shell("UPDATE overrides SET provider = 'other', offer = 'acme-1'")
    #expect(try await store.offers().map(\.maxOutput) == [nil, nil])
    #expect(try await store.offers("other").map(\.maxOutput) == [8])
    try shell("DELETE FROM overrides")
    #expect(
      try await store.logLines(after: 3) == [
        "changed acme a override.max_output nil 7", "changed acme a override.max_output 7 8",
        "changed acme a override.max_output 8 nil", "changed acme b override.max_output nil 8",
        "changed acme b override.max_output 8 nil", "changed other acme-1 override.max_output nil 8",
        "changed other acme-1 override.max_output 8 nil",
      ])
    for (member, value) in [
      ("max_output", "0"), ("pricing", "[]"), ("pricing", #"{"prompt":1}"#), ("status", "5"), ("hidden", "null"),
    ] {
      try shell("INSERT INTO overrides (provider, offer, member, value) VALUES ('acme', 'b', '\(member)', '\(value)')")
      let error = try await #require(throws: StoreError.self) { try await store.load(changedSince: nil) }
      guard case .corruptRow(provider: "acme", offer: "b", let reason) = error else {
        Issue.record(error)
        continue
      }
      #expect(reason.hasPrefix("its override of \(member): "), "\(reason)")
      try shell("DELETE FROM overrides")
    }
    #expect(try await store.offers().count == 2)
  }
}
