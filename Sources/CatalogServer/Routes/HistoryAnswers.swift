import Catalog
import HTTPTypes
import NIOCore

/// `GET /v1/models/{id}/history`: what a model cost since when.
struct HistoryAnswers {
  let store: any CatalogStore
  let snapshot: CatalogSnapshot

  private static let parameters = ["gateway", "provider", "limit"]

  /// The history of every offer that the name means or meant.
  ///
  /// - Throws: ``Problem`` when a parameter is wrong, nothing ever had the name, or the database does not answer.
  func body(of id: String, query: [(name: String, value: String)]) async throws -> ByteBuffer {
    var parameters = Parameters(query)
    let name = try parameters.takeProviderName()
    let limit = try parameters.takeInteger("limit", in: 1...1_000) ?? 100
    try parameters.finish(known: Self.parameters)
    // One that has no offers any more still has a history.
    let provider = try name.map { name throws(Problem) in try ProviderSlug(given: name) }
    let history: ModelHistory
    do {
      history = try await store.history(of: id, provider: provider, in: snapshot)
    } catch let error as HistoryTooLong {
      throw Problem(status: .unprocessableContent, kind: "history-too-long", detail: error.description)
    } catch {
      throw Problem.databaseFailed(error)
    }
    guard !history.offers.isEmpty else {
      throw AnswerBuilder(snapshot: snapshot).modelNotFound(id, provider: provider)
    }
    var json = JSONWriter(capacity: 8_192)
    json.object { json in history.writeMembers(limit: limit, to: &json) }
    return ByteBuffer(bytes: json.bytes)
  }
}
