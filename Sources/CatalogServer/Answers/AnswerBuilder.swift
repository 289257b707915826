import Catalog
import NIOCore

/// Builds the bodies of all read routes from one catalog version. Pure: the same version and target, the same bytes.
struct AnswerBuilder {
  let snapshot: CatalogSnapshot

  /// The body of a route.
  ///
  /// - Throws: ``Problem`` when a parameter is not understood or the thing asked for does not exist.
  func body(of route: ReadRoute, query: [(name: String, value: String)]) throws(Problem) -> ByteBuffer {
    var parameters = Parameters(query)
    switch route {
    case .models: return try models(&parameters)
    case .uniqueModels: return try uniqueModels(&parameters)
    case .search: return try search(&parameters)
    case .category(let name): return try category(name, &parameters)
    case .model(let id): return try model(id, &parameters)
    case .offers(let id): return try offers(id, &parameters)
    case .comparison(let id): return try comparison(id, &parameters)
    case .detail: return try detail(&parameters)
    case .pricing(let id): return try pricing(id, &parameters)
    case .gateways: return try gateways(&parameters)
    case .gatewayStatus: return try gatewayStatus(&parameters)
    case .routers: return try routers(&parameters)
    case .providers: return try providers(&parameters)
    case .statistics: return try statistics(&parameters)
    case .catalogHealth: return try catalogHealth(&parameters)
    case .providerHealth: return try providerHealth(&parameters)
    case .unpriced: return try unpriced(&parameters)
    }
  }

  /// The answer to `GET /v1/models/{id}` without parameters, if it names an offer: no more than the record that the catalog
  /// holds, so it is built anew for every request instead of being kept.
  func modelAnswer(id: String) -> Answer? {
    guard let offer = snapshot.offers(named: id).first else { return nil }
    return Answer(view: .model, content: .record(offer.record), tag: offer.recordTag, version: snapshot.version)
  }

  /// Encodes one JSON object.
  func object(_ body: (inout JSONWriter) throws -> Void) rethrows -> ByteBuffer {
    var json = JSONWriter(capacity: 4_096)
    try json.object(body)
    return ByteBuffer(bytes: json.bytes)
  }
}
