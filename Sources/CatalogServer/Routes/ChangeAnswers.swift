import Catalog
import NIOCore

/// `GET /v1/changes?since=`: the change log of the database.
struct ChangeAnswers {
  let store: any CatalogStore

  private static let parameters = ["since", "limit", "gateway", "provider", "kind", "field"]
  /// The most of the log that one request looks through.
  static let longestSearch = 10_000

  /// The changes after a sequence number, oldest first, with the number to ask for next.
  ///
  /// - Throws: ``Problem`` when a parameter is wrong or the database does not answer.
  func body(query: [(name: String, value: String)]) async throws -> ByteBuffer {
    var parameters = Parameters(query)
    let since = try parameters.takeInteger("since", in: 0...Int(Int32.max) * 1_000) ?? 0
    let limit = try parameters.takeInteger("limit", in: 1...1_000) ?? 100
    let name = try parameters.takeProviderName()
    let kind = try parameters.takeChoice("kind", of: CatalogChange.Kind.allCases.map(\.rawValue))
    let field = try parameters.take("field")
    try parameters.finish(known: Self.parameters)
    let provider = try name.map { name throws(Problem) in try ProviderSlug(given: name) }
    let filter = ChangeFilter(provider: provider, kind: kind.flatMap(CatalogChange.Kind.init), field: field)
    do {
      return Self.encode(
        try await store.changes(after: since, matching: filter, limit: limit, reading: Self.longestSearch))
    } catch {
      throw Problem.databaseFailed(error)
    }
  }

  private static func encode(_ page: ChangePage) -> ByteBuffer {
    var json = JSONWriter(capacity: 4_096)
    json.object { json in
      json.member("object", "list")
      json.name("data")
      json.array { json in
        for change in page.changes { json.object { json in change.writeMembers(to: &json) } }
      }
      json.member("returned", page.changes.count)
      json.member("has_more", page.hasMore)
      json.member("next_since", page.next)
    }
    return ByteBuffer(bytes: json.bytes)
  }
}
