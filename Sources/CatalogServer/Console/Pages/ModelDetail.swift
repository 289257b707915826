import Catalog

/// One model: its offers, what it cost since when, and what else changed.
struct ModelDetail: Sendable {
  /// The changes of the model's offers.
  enum Log: Sendable {
    /// All of them, oldest first.
    case read([CatalogChange])
    /// There are more than a page is made of.
    case tooLong
    /// The database does not answer.
    case unavailable
  }

  struct Fact: Sendable {
    let label: String
    let value: String
  }

  let name: String
  let key: String
  let facts: [Fact]
  let offers: [OfferRow]
  let charts: [PriceChart]
  let historyProblem: String?
  let changes: [ChangeRow]
  /// What is said where there are none.
  let nothing: String
  let compareAddress: String
  let costAddress: String
  let jsonAddress: String

  /// How many changes are shown.
  private static let changeCount = 30

  /// The model that a name means.
  ///
  /// - Throws: ``Problem`` when there is none, with names that are near.
  static func model(_ given: [(name: String, value: String)], in snapshot: CatalogSnapshot) throws(Problem)
    -> UniqueModel
  {
    var parameters = Parameters(given)
    guard let id = try parameters.take("id"), !id.isEmpty else { throw .badRequest("give the \"id\" of a model") }
    try parameters.finish(known: ["id"])
    if let model = snapshot.uniqueModel(id) { return model }
    guard let offer = snapshot.offers(named: id).first, let model = snapshot.uniqueModel(offer.identity.key.text) else {
      throw AnswerBuilder(snapshot: snapshot).modelNotFound(id, provider: nil)
    }
    return model
  }

  /// - Parameters:
  ///   - log: the changes of the model's offers.
  ///   - now: in seconds since 1970.
  init(_ model: UniqueModel, log: Log, now: Int, in snapshot: CatalogSnapshot) {
    name = model.name
    key = model.key.text
    facts = Self.facts(of: model)
    offers = model.offers.map(OfferRow.init)
    compareAddress = ConsoleAddress.of(Comparison.path, [("model", model.key.text)])
    costAddress = ConsoleAddress.of(CostPage.path, [("model", model.key.text)])
    jsonAddress = "/v1/models/\(Markup.percentEncoded(model.key.text))/offers"
    guard case .read(let log) = log else {
      (charts, changes) = ([], [])
      if case .tooLong = log {
        historyProblem = "Too many changes to show: more than \(ConsoleText.grouped(ModelHistory.maximumChanges))."
        nothing = "The page of changes has them."
      } else {
        historyProblem = "The change log cannot be read at present."
        nothing = "Not known at present."
      }
      return
    }
    nothing = "Nothing has changed."
    changes = log.suffix(Self.changeCount).reversed().map { ChangeRow($0, in: snapshot) }
    let history = ModelHistory(of: model.key.text, current: model.offers, log: log)
    let order = Dictionary(model.offers.enumerated().map { ($1.reference, $0) }) { first, _ in first }
    let offers = history.offers.sorted { order[$0.offer] ?? .max < order[$1.offer] ?? .max }
    charts = [
      PriceChart("input", "Input price", .prompt, of: offers, now: now),
      PriceChart("output", "Output price", .completion, of: offers, now: now),
    ].compactMap { $0 }
    historyProblem = charts.isEmpty ? "No price by the token is in the change log." : nil
  }

  private static func facts(of model: UniqueModel) -> [Fact] {
    let offers = model.offers.map(\.offer)
    let inputs = Set(offers.flatMap(\.inputModalities)).sorted()
    let outputs = Set(offers.flatMap(\.outputModalities)).sorted()
    let capabilities = Set(offers.flatMap(\.capabilities)).sorted()
    let list = { (words: [String]) in words.isEmpty ? ConsoleText.nothing : words.joined(separator: ", ") }
    let cheapest = model.cheapest.map { offer in
      let prompt = PriceCell(.prompt, of: offer.offer.pricing).text
      let completion = PriceCell(.completion, of: offer.offer.pricing).text
      return "\(offer.provider.name), \(prompt == completion ? prompt : "\(prompt) / \(completion)")"
    }
    let created = offers.compactMap(\.created).min().flatMap { CalendarDate(unixSeconds: $0) }
    return [
      Fact(label: "Developer", value: model.offers.first?.developer ?? ConsoleText.nothing),
      Fact(label: "Sellers", value: String(model.providerCount)),
      Fact(label: "Cheapest", value: cheapest ?? "no price to compare"),
      Fact(label: "Largest context", value: ConsoleText.tokens(model.largestContext)),
      Fact(label: "Longest answer", value: ConsoleText.tokens(offers.compactMap(\.maxOutput).max())),
      Fact(label: "Takes in", value: list(inputs.map(\.rawValue))),
      Fact(label: "Gives out", value: list(outputs.map(\.rawValue))),
      Fact(label: "Can do", value: list(capabilities.map { $0.rawValue.replacing("_", with: " ") })),
      Fact(label: "Created", value: created?.description ?? ConsoleText.nothing),
    ]
  }
}
