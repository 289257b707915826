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
    "UPDATE offers SET pricing = 'free'", "UPDATE offers SET aliases = 'x,y'",
    "UPDATE offers SET capabilities = '{}'", "UPDATE offers SET id = 'other'",
    "UPDATE offers SET context_length = 'many'", "UPDATE offers SET name = NULL",
    "INSERT INTO providers (slug, name) VALUES ('No Slug', 'x')",
    "INSERT INTO offers (provider, id, model_id, name) VALUES ('UPPER', 'x', 'x', 'X')",
    "UPDATE revisions SET revision = revision - 1", "DELETE FROM revisions", "UPDATE revisions SET floor = revision",
    "UPDATE revisions SET floor = revision + 2, revision = revision + 1",
    "UPDATE revisions SET floor = -1, revision = revision + 1",
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
    try shell("UPDATE providers SET slug = 'acme2' WHERE slug = 'acme'")
    #expect(
      try await store.entries().map { "\($0.provider) \($0.words)" } == ["acme2 a pricing held pending 0.0000025 5"])
    let parts = try await store.load(changedSince: nil).parts
    #expect(parts[PartID("acme")]?.offers.isEmpty == true)
    #expect(parts[PartID("acme2")]?.offers.count == 2)
    try shell("DELETE FROM providers WHERE slug = 'acme2'")
    #expect(try await store.entries().isEmpty)
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
}
