import Catalog

/// Several models side by side.
struct Comparison: Sendable {
  /// A model that is compared.
  struct Column: Sendable {
    let key: String
    let name: String
    let address: String
    let removeAddress: String
  }

  struct Cell: Sendable {
    let text: String
    /// Whether no other model is better.
    let isBest: Bool
  }

  struct Row: Sendable {
    let label: String
    let cells: [Cell]
  }

  /// A name that means no model.
  struct Missing: Sendable {
    let name: String
    let removeAddress: String
    let suggestions: [Suggestion]
  }

  struct Suggestion: Sendable {
    let key: String
    let address: String
  }

  let names: [String]
  let columns: [Column]
  let facts: [Row]
  let sellers: [Row]
  let missing: [Missing]
  let isEmpty: Bool
  /// That more were named than are compared.
  let cut: String?

  static let path = "\(ConsoleAddress.root)/compare"
  /// What a seller asks for a model that it does not have; a price that is not known is another thing.
  private static let notSold = "not sold"

  /// - Throws: ``Problem`` when the query is not understood.
  init(_ given: [(name: String, value: String)], in snapshot: CatalogSnapshot) throws(Problem) {
    let given = given.filter { !$0.value.isEmpty }
    if let unknown = given.first(where: { $0.name != "model" }) {
      throw .badRequest("unknown parameter \"\(unknown.name.prefix(40))\"", allowed: ["model"])
    }
    var names: [String] = []
    for (_, value) in given where !names.contains(value) { names.append(value) }
    let most = ModelComparison.maximumModels
    cut = names.count > most ? "Only the first \(most) of \(names.count) models are compared." : nil
    names = Array(names.prefix(most))
    self.names = names
    isEmpty = names.isEmpty
    guard !names.isEmpty else {
      (columns, facts, sellers, missing) = ([], [], [], [])
      return
    }
    let entries: [ModelComparison.Entry]
    do { entries = try ModelComparison(of: names, in: snapshot).entries } catch { throw Problem(error, extra: []) }
    var models: [ComparedModel] = []
    var columns: [Column] = []
    var missing: [Missing] = []
    for entry in entries {
      let others = names.filter { $0 != entry.name }
      switch entry.outcome {
      case .found(let model):
        models.append(model)
        columns.append(
          Column(
            key: model.model.key.text, name: model.model.name, address: ConsoleAddress.model(model.model.key.text),
            removeAddress: Self.address(others)))
      case .notFound(let keys):
        let suggestions = keys.map { Suggestion(key: $0, address: Self.address(others + [$0])) }
        missing.append(Missing(name: entry.name, removeAddress: Self.address(others), suggestions: suggestions))
      }
    }
    self.columns = columns
    self.missing = missing
    facts = Self.facts(of: models)
    sellers = Self.sellers(of: models)
  }

  private static func address(_ names: [String]) -> String { ConsoleAddress.of(path, names.map { ("model", $0) }) }

  private static func facts(of models: [ComparedModel]) -> [Row] {
    let offers = models.map { $0.offers.map(\.offer) }
    let words = { (label: String, values: (Int) -> [String]) in
      Row(
        label: label,
        cells: models.indices.map {
          let words = values($0)
          return Cell(text: words.isEmpty ? ConsoleText.nothing : words.joined(separator: ", "), isBest: false)
        })
    }
    return [
      row("Sellers", models.map(\.model.providerCount), best: >) { String($0) },
      row("Cheapest input", models.map { price(.prompt, $0) }, best: <, text: \.text),
      row("Cheapest output", models.map { price(.completion, $0) }, best: <, text: \.text),
      words("Cheapest seller") { models[$0].recommendation.map { [$0.offer.provider.name] } ?? [] },
      words("Cheaper than the dearest") { models[$0].recommendation?.savingPercent.map { ["\($0) %"] } ?? [] },
      row("Largest context", models.map(\.model.largestContext), best: >, text: ConsoleText.grouped),
      row("Longest answer", offers.map { $0.compactMap(\.maxOutput).max() }, best: >, text: ConsoleText.grouped),
      words("Takes in") { Set(offers[$0].flatMap(\.inputModalities)).sorted().map(\.rawValue) },
      words("Gives out") { Set(offers[$0].flatMap(\.outputModalities)).sorted().map(\.rawValue) },
      words("Can do") {
        Set(offers[$0].flatMap(\.capabilities)).sorted().map { $0.rawValue.replacing("_", with: " ") }
      },
    ]
  }

  /// A price that can be compared with others.
  private struct ComparedPrice: Comparable {
    let amount: ExactDecimal
    let text: String

    static func < (left: ComparedPrice, right: ComparedPrice) -> Bool { left.amount < right.amount }
    static func == (left: ComparedPrice, right: ComparedPrice) -> Bool { left.amount == right.amount }
  }

  /// The lowest price of a component that any seller asks. It need not be that of the cheapest seller, who is cheapest for
  /// input and output together.
  private static func price(_ component: PriceComponent, _ model: ComparedModel) -> ComparedPrice? {
    // What has no rank cannot be bought at a known price.
    let prices = model.offers.filter { $0.priceRank != nil }.compactMap { offer in
      offer.comparablePrice(component).map {
        ComparedPrice(amount: $0, text: PriceCell(component, of: offer.offer.pricing).text)
      }
    }
    return prices.min()
  }

  private static func row<Value: Comparable>(
    _ label: String, _ values: [Value?], best isBetter: (Value, Value) -> Bool, text: (Value) -> String
  ) -> Row {
    let known = values.compactMap { $0 }
    let best = known.max { isBetter($1, $0) }
    return Row(
      label: label,
      cells: values.map { value in
        Cell(text: value.map(text) ?? ConsoleText.nothing, isBest: known.count > 1 && value != nil && value == best)
      })
  }

  /// What each seller asks for each model, sellers of most of the models first.
  private static func sellers(of models: [ComparedModel]) -> [Row] {
    // By provider, and then by the place of the model.
    var prices: [ProviderSlug: [Int: String]] = [:]
    var names: [ProviderSlug: String] = [:]
    for (index, model) in models.enumerated() {
      // The cheapest of several offers comes first.
      for offer in model.offers where prices[offer.provider.slug]?[index] == nil {
        let prompt = PriceCell(.prompt, of: offer.offer.pricing).text
        let completion = PriceCell(.completion, of: offer.offer.pricing).text
        prices[offer.provider.slug, default: [:]][index] = prompt == completion ? prompt : "\(prompt) / \(completion)"
        names[offer.provider.slug] = offer.provider.name
      }
    }
    let count = { (slug: ProviderSlug) in prices[slug]?.count ?? 0 }
    let slugs = prices.keys.sorted { (-count($0), $0) < (-count($1), $1) }
    return slugs.map { slug in
      let cells = models.indices.map { Cell(text: prices[slug]?[$0] ?? notSold, isBest: false) }
      return Row(label: names[slug] ?? slug.text, cells: cells)
    }
  }
}
