import Catalog
import HTTPTypes

/// The cost calculator.
struct CostPage: Sendable {
  /// A number that is typed.
  struct Field: Sendable {
    let name: String
    let label: String
    let value: String
  }

  struct Line: Sendable {
    let what: String
    let units: String
    let price: String
    let amount: String
  }

  struct Ranked: Sendable {
    let place: Int
    let provider: String
    let providerAddress: String
    let id: String
    let total: String
    let tier: String?
    let lines: [Line]
    let assumptions: [String]
  }

  struct Unranked: Sendable {
    let provider: String
    let id: String
    let reason: String
  }

  let model: String
  let providers: FilterForm.Select
  let fields: [Field]
  let isBatch: Bool
  let isAsked: Bool
  let problem: String?
  /// Whether no model has the name.
  let isUnknown: Bool
  /// Models with names that are near, for the same use.
  let suggestions: [Comparison.Suggestion]
  let key: String?
  let address: String?
  let ranked: [Ranked]
  let unranked: [Unranked]

  static let path = "\(ConsoleAddress.root)/cost"
  private static let labels = [
    ("input_tokens", "Input tokens"), ("output_tokens", "Output tokens"),
    ("cached_input_tokens", "of these read from a cache"),
    ("cache_write_tokens", "of these written to a cache"), ("reasoning_tokens", "Reasoning tokens (part of output)"),
    ("images", "Images"), ("requests", "Requests"), ("searches", "Searches"),
  ]
  private static let example = ["input_tokens": "1000000", "output_tokens": "200000", "requests": "1"]

  /// - Throws: ``Problem`` when the query is not understood; numbers that make no sense are said on the page.
  init(_ given: [(name: String, value: String)], in snapshot: CatalogSnapshot) throws(Problem) {
    var parameters = Parameters(given.filter { !$0.value.isEmpty })
    let name = try parameters.take("model")
    let provider = try parameters.takeProvider(in: snapshot)
    var numbers: [String: String] = [:]
    for (field, _) in Self.labels { numbers[field] = try parameters.take(field) }
    isBatch = try parameters.takeBool("batch") ?? false
    try parameters.finish(known: ["model", "gateway", "provider", "batch"] + Self.labels.map(\.0))
    isAsked = name != nil && !numbers.isEmpty
    let shown = isAsked ? numbers : Self.example
    model = name ?? ""
    fields = Self.labels.map { Field(name: $0.0, label: $0.1, value: shown[$0.0] ?? "") }
    providers = FilterForm.Select.provider(of: snapshot.parts.map(\.provider), current: provider?.text)
    let outcome = Self.outcome(of: isAsked ? name : nil, numbers, isBatch: isBatch, provider, in: snapshot)
    problem = outcome.problem?.detail
    isUnknown = outcome.problem?.status == .notFound
    suggestions = (outcome.problem?.allowed ?? []).map { key in
      let query = given.filter { $0.name != "model" && !$0.value.isEmpty } + [("model", key)]
      return Comparison.Suggestion(key: key, address: ConsoleAddress.of(Self.path, query))
    }
    key = outcome.key?.text
    address = outcome.key.map { ConsoleAddress.model($0.text) }
    ranked = (outcome.ranking?.ranked ?? []).enumerated().map { Ranked(place: $0 + 1, $1.offer, $1.estimate) }
    unranked = (outcome.ranking?.unranked ?? []).map {
      Unranked(provider: $0.offer.provider.name, id: $0.offer.offer.id, reason: $0.reason)
    }
  }

  /// What comes of a question, or why nothing does; nothing at all where no model is named. What is typed is not lost over a
  /// mistake in it.
  private static func outcome(
    of name: String?, _ numbers: [String: String], isBatch: Bool, _ provider: ProviderSlug?,
    in snapshot: CatalogSnapshot
  ) -> (key: CanonicalKey?, ranking: CostRanking?, problem: Problem?) {
    guard let name else { return (nil, nil, nil) }
    let usage: TokenUsage
    do {
      usage = try Self.usage(numbers, isBatch: isBatch)
    } catch {
      return (nil, nil, .badRequest(error.description))
    }
    do {
      let (key, ranking) = try PostAnswers(snapshot: snapshot).ranking(of: usage, at: name, provider: provider)
      return (key, ranking, nil)
    } catch {
      return (nil, nil, error)
    }
  }

  /// The usage in the form that `/v1/cost/estimate` takes, so that both mean the same.
  private static func usage(_ numbers: [String: String], isBatch: Bool) throws(CostError) -> TokenUsage {
    let members = numbers.map { (name: $0, value: JSONValue.number($1)) } + [(name: "batch", value: .bool(isBatch))]
    return try TokenUsage(members: JSONObject(members))
  }
}

extension CostPage.Ranked {
  fileprivate init(place: Int, _ offer: CatalogOffer, _ estimate: CostEstimate) {
    self.place = place
    provider = offer.provider.name
    providerAddress = ConsoleAddress.provider(offer.provider.slug)
    id = offer.offer.id
    total = ConsoleText.dollars(estimate.total)
    tier = estimate.tier?.text
    lines = estimate.lines.map { line in
      CostPage.Line(
        what: line.component.rawValue.replacing("_", with: " "), units: ConsoleText.grouped(line.units),
        price: Self.price(line.unitPrice), amount: ConsoleText.dollars(line.amount))
    }
    assumptions = estimate.assumptions
  }

  /// A price with its unit, as it stands beside a number of units here.
  private static func price(_ price: Price) -> String {
    ConsoleText.price(price) + (price.unit == .token && ConsoleText.perMillion(price.amount) != nil ? " / million" : "")
  }
}
