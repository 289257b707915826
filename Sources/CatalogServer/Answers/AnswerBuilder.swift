import Catalog
import NIOCore

/// The body of an answer, and what is announced about what it shows.
struct AnswerContent {
  let bytes: ByteBuffer
  let end: AnnouncedEnd

  init(_ bytes: ByteBuffer, end: AnnouncedEnd = .none) {
    self.bytes = bytes
    self.end = end
  }
}

/// Builds the bodies of all read routes from one catalog version. Pure: the same version and target, the same bytes.
struct AnswerBuilder {
  let snapshot: CatalogSnapshot

  /// The body of a route.
  ///
  /// - Throws: ``Problem`` when a parameter is not understood or the thing asked for does not exist.
  func body(of route: ReadRoute, query: [(name: String, value: String)]) throws(Problem) -> AnswerContent {
    var parameters = Parameters(query)
    switch route {
    case .models: return AnswerContent(try models(&parameters))
    case .uniqueModels: return AnswerContent(try uniqueModels(&parameters))
    case .search: return AnswerContent(try search(&parameters))
    case .category(let name): return AnswerContent(try category(name, &parameters))
    case .model(let id): return try model(id, &parameters)
    case .offers(let id): return try offers(id, &parameters)
    case .comparison(let id): return try comparison(id, &parameters)
    case .detail: return try detail(&parameters)
    case .pricing(let id): return try pricing(id, &parameters)
    case .gateways: return AnswerContent(try gateways(&parameters))
    case .gatewayStatus: return AnswerContent(try gatewayStatus(&parameters))
    case .routers: return AnswerContent(try routers(&parameters))
    case .providers: return AnswerContent(try providers(&parameters))
    case .statistics: return AnswerContent(try statistics(&parameters))
    case .catalogHealth: return AnswerContent(try catalogHealth(&parameters))
    case .providerHealth: return AnswerContent(try providerHealth(&parameters))
    case .unpriced: return AnswerContent(try unpriced(&parameters))
    }
  }

  /// The answer to `GET /v1/models/{id}` without parameters, if it names an offer: no more than the record that the catalog
  /// holds, so it is built anew for every request instead of being kept.
  func modelAnswer(id: String) -> Answer? {
    guard let offer = snapshot.offers(named: id).first else { return nil }
    return Answer(
      view: .model, content: .record(offer.record), tag: offer.recordTag, version: snapshot.version,
      end: AnnouncedEnd(of: CollectionOfOne(offer)))
  }

  /// Encodes one JSON object.
  func object(_ body: (inout JSONWriter) throws -> Void) rethrows -> ByteBuffer {
    var json = JSONWriter(capacity: 4_096)
    try json.object(body)
    return ByteBuffer(bytes: json.bytes)
  }
}
