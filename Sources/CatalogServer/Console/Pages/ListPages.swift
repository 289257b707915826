import Catalog

/// Models across providers, each with its offers side by side.
struct ModelList: Sendable {
  struct Row: Sendable {
    let key: String
    let name: String
    let address: String
    let context: String
    let providerCount: Int
    /// What the seller asks that is cheapest for input and output together.
    let prompt: PriceCell
    let completion: PriceCell
    let offers: [Chip]
    let more: String?
  }

  /// An offer in a few words.
  struct Chip: Sendable {
    let provider: String
    let price: String
    let kind: String
  }

  let filters: FilterForm
  /// How many there are, or what is wrong with the query.
  let count: String
  let problem: String?
  let models: [Row]
  let paging: Paging

  /// How many offers of a model are shown before "more".
  private static let chips = 4
  private static let sorts = [
    ("", "Most sellers"), (UniqueSort.cheapestPrice.rawValue, "Cheapest"),
    (UniqueSort.context.rawValue, "Largest context"),
    (UniqueSort.name.rawValue, "Name"),
  ]

  /// - Throws: ``Problem`` when the query is not understood.
  init(_ given: [(name: String, value: String)], in snapshot: CatalogSnapshot) throws(Problem) {
    let query = try ListQuery(given, hasPrice: true)
    let unique: UniqueQuery
    do { unique = try UniqueQuery(parameters: query.filters) } catch { throw Problem(error, extra: ListQuery.extra) }
    if let unknown = unique.unknownProviders(in: snapshot).first { _ = try snapshot.knownProvider(unknown.text) }
    problem = query.problem
    let found = problem == nil ? unique.run(on: snapshot) : []
    filters = FilterForm(
      path: ConsoleAddress.root, query: query, snapshot: snapshot, sorts: Self.sorts, isOfModels: true)
    count = problem ?? "\(ConsoleText.grouped(found.count)) \(found.count == 1 ? "model" : "models")"
    models = query.slice(found).map(Row.init)
    paging = Paging(query, total: found.count, path: ConsoleAddress.root)
  }
}

extension ModelList.Row {
  fileprivate init(_ model: UniqueModel) {
    key = model.key.text
    name = model.name
    address = ConsoleAddress.model(model.key.text)
    context = ConsoleText.tokens(model.largestContext)
    providerCount = model.providerCount
    let incomparable = PriceCell(withoutComparable: model.offers)
    prompt = model.cheapest.map { PriceCell(.prompt, of: $0.offer.pricing) } ?? incomparable
    completion = model.cheapest.map { PriceCell(.completion, of: $0.offer.pricing) } ?? incomparable
    offers = model.offers.prefix(ModelList.chips).map { offer in
      let prompt = PriceCell(.prompt, of: offer.offer.pricing)
      let completion = PriceCell(.completion, of: offer.offer.pricing)
      return ModelList.Chip(
        provider: offer.provider.slug.text,
        price: prompt.text == completion.text ? prompt.text : "\(prompt.text) / \(completion.text)", kind: prompt.kind)
    }
    let left = model.offers.count - ModelList.chips
    more = left > 0 ? "+ \(left) more" : nil
  }
}

/// Offers, one by one.
struct OfferList: Sendable {
  let filters: FilterForm
  /// How many there are, or what is wrong with the query.
  let count: String
  let problem: String?
  let offers: [OfferRow]
  let paging: Paging

  static let path = "\(ConsoleAddress.root)/offers"
  private static let descendingSorts: Set = [OfferSort.context.rawValue, OfferSort.created.rawValue]
  private static let sorts = [
    ("", "Best match"), (OfferSort.price.rawValue, "Cheapest"), (OfferSort.promptPrice.rawValue, "Input price"),
    (OfferSort.completionPrice.rawValue, "Output price"), (OfferSort.context.rawValue, "Largest context"),
    (OfferSort.created.rawValue, "Newest"), (OfferSort.name.rawValue, "Name"),
    (OfferSort.provider.rawValue, "Provider"),
  ]

  /// - Throws: ``Problem`` when the query is not understood.
  init(_ given: [(name: String, value: String)], in snapshot: CatalogSnapshot) throws(Problem) {
    let query = try ListQuery(given, hasPrice: true, descendingSorts: Self.descendingSorts)
    problem = query.problem
    let found = try Self.run(query, in: snapshot)
    filters = FilterForm(path: Self.path, query: query, snapshot: snapshot, sorts: Self.sorts, isOfModels: false)
    count = problem ?? "\(ConsoleText.grouped(found.count)) \(found.count == 1 ? "offer" : "offers")"
    offers = query.slice(found).map(OfferRow.init)
    paging = Paging(query, total: found.count, path: Self.path)
  }

  private static func run(_ query: ListQuery, in snapshot: CatalogSnapshot) throws(Problem) -> [CatalogOffer] {
    let offers: OfferQuery
    do { offers = try OfferQuery(parameters: query.filters) } catch { throw Problem(error, extra: ListQuery.extra) }
    if let unknown = offers.unknownProviders(in: snapshot).first { _ = try snapshot.knownProvider(unknown.text) }
    return query.problem == nil ? offers.run(on: snapshot) : []
  }
}
