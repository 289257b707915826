import Catalog
import NIOCore

/// `GET /v1/changes?since=`: the change log of the database.
struct ChangeAnswers {
  let store: any CatalogStore

  private static let parameters = ["since", "limit", "gateway", "provider"]

  /// The changes after a sequence number, oldest first, with the number to ask for next.
  ///
  /// - Throws: ``Problem`` when a parameter is wrong or the database does not answer.
  func body(query: [(name: String, value: String)]) async throws -> ByteBuffer {
    var parameters = Parameters(query)
    let since = try parameters.takeInteger("since", in: 0...Int(Int32.max) * 1_000) ?? 0
    let limit = try parameters.takeInteger("limit", in: 1...1_000) ?? 100
    let name = try parameters.takeProviderName()
    try parameters.finish(known: Self.parameters)
    let provider = try name.map { name throws(Problem) in try ProviderSlug(given: name) }
    let changes: [CatalogChange]
    do {
      changes = try await store.changes(after: since, provider: provider, limit: limit + 1)
    } catch {
      throw Problem.unavailable(String(describing: error))
    }
    return Self.encode(changes, since: since, limit: limit)
  }

  private static func encode(_ changes: [CatalogChange], since: Int, limit: Int) -> ByteBuffer {
    let shown = changes.prefix(limit)
    var json = JSONWriter(capacity: 4_096)
    json.object { json in
      json.member("object", "list")
      json.name("data")
      json.array { json in
        for change in shown { json.object { json in change.writeMembers(to: &json) } }
      }
      json.member("returned", shown.count)
      json.member("has_more", changes.count > limit)
      json.member("next_since", shown.last?.sequence ?? since)
    }
    return ByteBuffer(bytes: json.bytes)
  }
}
