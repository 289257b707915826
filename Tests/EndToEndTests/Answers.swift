/// What `import --json` prints.
struct ImportAnswer: Decodable, Equatable, Sendable {
  struct Provider: Decodable, Equatable, Sendable {
    let provider: String
    let revision: Int
  }

  let rows, added, removed, changed, unchanged, duplicates: Int
  let providers: [Provider]

  /// Added, removed, changed and unchanged, for comparisons in one line.
  var counts: [Int] { [added, removed, changed, unchanged] }
}

/// What `changes --json` prints, and `GET /v1/changes`.
struct ChangesAnswer: Decodable, Sendable {
  struct Change: Decodable, Hashable, Sendable {
    let id: String
    let kind: String
    let field: String?
    let old: String?
    let new: String?

    /// The change without all the prices of an offer that came or went.
    var withoutAllPrices: Change { field == nil ? Change(id: id, kind: kind, field: nil, old: nil, new: nil) : self }
  }

  let data: [Change]
  let nextSince: Int

  private enum CodingKeys: String, CodingKey {
    case data
    case nextSince = "next_since"
  }
}

/// A list of offers, as `models list --json` and `GET /v1/models` give it.
struct OfferList: Decodable, Sendable {
  let data: [OfferRecord]
  let total: Int
}

/// The members of an offer's record that the tests look at.
struct OfferRecord: Decodable, Hashable, Sendable {
  let id: String
  let name: String
  let sourceGateway: String
  let pricing: Prices?

  private enum CodingKeys: String, CodingKey {
    case id, name, pricing
    case sourceGateway = "source_gateway"
  }

  /// US dollars for a token.
  struct Prices: Decodable, Hashable, Sendable {
    let prompt: String?
    let completion: String?
  }

  /// US dollars for a prompt token.
  var promptPrice: String? { pricing?.prompt }
}

/// What `stats --json` prints.
struct StatsAnswer: Decodable, Sendable {
  let totalModels: Int
  let totalProviders: Int
  let catalogVersion: String

  private enum CodingKeys: String, CodingKey {
    case totalModels = "total_models"
    case totalProviders = "total_providers"
    case catalogVersion = "catalog_version"
  }
}
