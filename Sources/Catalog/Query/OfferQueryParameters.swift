extension OfferQuery {
  /// The parameters of a query, the same for the HTTP interface and the command line.
  public static let parameters: [QueryParameter] =
    filterParameters + [
      QueryParameter("sort", "what to order by; by default relevance, without q the catalog's order", allowed: sorts),
      QueryParameter("sort_by", "the same as sort", allowed: sorts),
      QueryParameter(
        "order", "asc for the smallest first, desc for the largest; no effect on relevance", allowed: orders),
    ]

  /// The parameters that choose offers.
  static let filterParameters: [QueryParameter] = [
    QueryParameter(
      "q", "words that must all occur in the id, name, provider or canonical id",
      allowed: ["at most \(SearchWords.maximumWords) words and \(SearchWords.maximumLength) bytes of text"]),
    QueryParameter("gateway", "only these providers", allowed: slugs, isList: true),
    QueryParameter("provider", "the same as gateway", allowed: slugs, isList: true),
    QueryParameter(
      "developer", "who made the model, such as openai",
      allowed: ["1 to \(Offer.maximumIDLength) bytes of text"]),
    QueryParameter(
      "modality", "what goes in and out, or one modality that does either",
      allowed: modalities + ["or input->output such as text+image->text"]),
    QueryParameter("input_modality", "what the model takes in, all of it", allowed: modalities, isList: true),
    QueryParameter("output_modality", "what the model gives out, all of it", allowed: modalities, isList: true),
    QueryParameter(
      "capability", "what the model can do, all of it", allowed: Capability.allCases.map(\.rawValue), isList: true),
    QueryParameter("min_context", "the smallest context in tokens", allowed: tokens),
    QueryParameter("max_context", "the largest context in tokens", allowed: tokens),
    QueryParameter("min_price", "the lowest price of a prompt token in US dollars", allowed: prices),
    QueryParameter("max_price", "the highest price of a prompt token in US dollars", allowed: prices),
    QueryParameter("is_free", "whether the provider says that the offer is free", allowed: ["true", "false"]),
    QueryParameter(
      "price_state", "what is known about the price, any of it", allowed: PriceState.allCases.map(\.rawValue),
      isList: true),
    QueryParameter(
      "status", "whether the offer can be used, any of it", allowed: OfferStatus.allCases.map(\.rawValue), isList: true),
  ]

  static let aliases = ["provider": "gateway", "sort_by": "sort"]
  static let orders = ["asc", "desc"]
  private static let sorts = OfferSort.allCases.map(\.rawValue)
  private static let modalities = Modality.allCases.map(\.rawValue)
  private static let tokens = ["a whole number from 0 to \(Offer.maximumTokens)"]
  private static let prices = ["a decimal number such as 0.0000025, not negative"]
  private static let slugs = [
    "all, or up to \(ParameterReader.maximumListLength) provider slugs separated by commas"
  ]

  /// Reads a query from names and values.
  ///
  /// - Parameter parameters: in any order; lists may be repeated or separated by commas. An empty `q` is no search.
  /// - Throws: ``QueryError`` for an unknown name, a value that is not allowed, a repeated name or a range that is empty.
  public init(parameters: [(name: String, value: String)]) throws(QueryError) {
    let reader = try ParameterReader(parameters, parameters: Self.parameters, aliases: Self.aliases)
    try self.init(filtersIn: reader)
    sort = try reader.name("sort") ?? .relevance
    isDescending = try reader.isDescending() ?? false
  }

  /// Reads the parameters that choose offers.
  init(filtersIn reader: ParameterReader) throws(QueryError) {
    text = try reader.searchText("q")
    providers = try reader.providers("gateway")
    developer = try reader.boundedText("developer")
    try readModality(reader)
    inputModalities.formUnion(try reader.set("input_modality"))
    outputModalities.formUnion(try reader.set("output_modality"))
    capabilities = try reader.set("capability")
    minimumContext = try reader.integer("min_context", in: 0...Offer.maximumTokens)
    maximumContext = try reader.integer("max_context", in: 0...Offer.maximumTokens)
    minimumPrice = try reader.decimal("min_price")
    maximumPrice = try reader.decimal("max_price")
    isFree = try reader.bool("is_free")
    priceStates = try reader.set("price_state")
    statuses = try reader.set("status")
    if let minimumContext, let maximumContext, maximumContext < minimumContext {
      throw .emptyRange(minimum: "min_context", maximum: "max_context")
    }
    if let minimumPrice, let maximumPrice, maximumPrice < minimumPrice {
      throw .emptyRange(minimum: "min_price", maximum: "max_price")
    }
  }

  /// Reads `text+image->text`, where either side may be empty, or one modality that may be on either side.
  private mutating func readModality(_ reader: ParameterReader) throws(QueryError) {
    guard let text = reader.text("modality") else { return }
    if let single = Modality(rawValue: text) {
      anyModalities = [single]
      return
    }
    guard text.utf8.count <= 200, let arrow = text.firstRange(of: "->") else { throw reader.invalid("modality", text) }
    var sides: [Set<Modality>] = []
    for side in [text[..<arrow.lowerBound], text[arrow.upperBound...]] {
      let names = side.split(separator: "+", omittingEmptySubsequences: false)
      let modalities = names.compactMap { Modality(rawValue: String($0)) }
      guard side.isEmpty || modalities.count == names.count else { throw reader.invalid("modality", text) }
      sides.append(Set(modalities))
    }
    guard !sides[0].isEmpty || !sides[1].isEmpty else { throw reader.invalid("modality", text) }
    inputModalities = sides[0]
    outputModalities = sides[1]
  }
}

extension ParameterReader {
  /// The direction of a sort: true for the largest first; nil where it is not given.
  func isDescending() throws(QueryError) -> Bool? {
    switch text("order") {
    case nil: return nil
    case "asc": return false
    case "desc": return true
    case let text?: throw invalid("order", text)
    }
  }

  /// The text of a search; nil where it has no words.
  fileprivate func searchText(_ name: String) throws(QueryError) -> String? {
    guard let text = text(name) else { return nil }
    guard text.utf8.count <= SearchWords.maximumLength else { throw invalid(name, text) }
    let count = SearchWords(text).words.count
    guard count <= SearchWords.maximumWords else { throw invalid(name, text) }
    return count == 0 ? nil : text
  }

  /// A text that is not empty and no longer than an id.
  fileprivate func boundedText(_ name: String) throws(QueryError) -> String? {
    guard let text = text(name) else { return nil }
    guard (1...Offer.maximumIDLength).contains(text.utf8.count) else { throw invalid(name, text) }
    return text
  }

  /// Providers in any case; `all` among them means every provider.
  fileprivate func providers(_ name: String) throws(QueryError) -> Set<ProviderSlug> {
    var providers: Set<ProviderSlug> = []
    var isAll = false
    for element in try list(name) {
      let lowercased = element.lowercased()
      if lowercased == "all" {
        isAll = true
        continue
      }
      do {
        providers.insert(try ProviderSlug(lowercased))
      } catch {
        throw invalid(name, element)
      }
    }
    return isAll ? [] : providers
  }
}
