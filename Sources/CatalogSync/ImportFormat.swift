public import Catalog

/// What an import knows that does not stand in the body.
public struct ImportContext: Sendable {
  /// Which provider a list belongs to, instead of the format's own; of a format with many providers, the only one wanted.
  public var provider: ProviderSlug?
  /// When the body was observed, in seconds since 1970.
  public var observedAt: Int
  /// Where the body comes from; the format's name where nil.
  public var source: String?

  /// A context.
  public init(provider: ProviderSlug? = nil, observedAt: Int, source: String? = nil) {
    self.provider = provider
    self.observedAt = observedAt
    self.source = source
  }
}

/// What a body says.
public struct ParsedBody: Sendable {
  /// One listing for each provider, in the order in which the body first names them.
  public var listings: [ProviderListing]
  /// What an operator should know and did not stop the import, in the order of the rows.
  public var notices: [ImportNotice]
  /// How many rows the body has, skipped ones included.
  public var rows: Int
  /// The head of the project's own format; empty for every other.
  public var metadata: [String: String]
}

/// A provider's model-list format, as data: how the body is laid out, what it states, what its numbers mean.
///
/// What all formats share (finding the rows, checking kinds and bounds, prices, duplicates, times without meaning) stands
/// once beside this type, so that a format is little more than a declaration.
public struct ImportFormat: Sendable {
  /// The name on the command line, such as `openrouter`.
  public let name: String
  /// One line for people that says whose list it is and in which unit its prices are.
  public let summary: String
  /// The provider that the list belongs to unless the context names another; nil where one body holds many providers.
  public let defaultProvider: ProviderSlug?
  /// Whether each row names its provider.
  public let isMultiProvider: Bool
  let layout: BodyLayout
  /// The fields that every body of the format states, also where a row has none.
  let states: OfferFields
  /// The fields that a body states where at least one of its rows has them.
  let mayState: OfferFields
  let read: @Sendable (Fields, ImportSession) throws(ImportError) -> Void
  /// Reads the members of the body beside its rows, after the last of them.
  let conclude: @Sendable (ImportSession) throws(ImportError) -> Void

  /// A format whose rows name their providers themselves.
  init(
    manyProviders name: String, _ summary: String, layout: BodyLayout, states: OfferFields,
    mayState: OfferFields = [],
    conclude: @escaping @Sendable (ImportSession) throws(ImportError) -> Void = { _ in },
    read: @escaping @Sendable (Fields, ImportSession) throws(ImportError) -> Void
  ) {
    self.name = name
    self.summary = summary
    self.conclude = conclude
    self.defaultProvider = nil
    self.isMultiProvider = true
    self.layout = layout
    self.states = states
    self.mayState = mayState.union([.created, .ownedBy])
    self.read = read
  }

  /// A format that lists one provider's offers, but not as one offer for each row.
  init(
    _ name: String, _ summary: String, provider: StaticString, layout: BodyLayout, states: OfferFields,
    mayState: OfferFields = [], read: @escaping @Sendable (Fields, ImportSession) throws(ImportError) -> Void
  ) {
    self.name = name
    self.summary = summary
    self.defaultProvider = ProviderSlug(literal: provider)
    self.conclude = { _ in }
    self.isMultiProvider = false
    self.layout = layout
    self.states = states
    self.mayState = mayState.union([.created, .ownedBy])
    self.read = read
  }

  /// A format that lists one provider's offers, one for each row.
  ///
  /// - Parameters:
  ///   - id: the member that holds the model's id.
  ///   - states: the fields that every body carries.
  ///   - mayState: the fields that only some bodies carry; ``OfferFields/created`` and ``OfferFields/ownedBy`` always may.
  ///   - prices: the format's prices; nil where it has none.
  ///   - describe: reads the other members, and the pricing of rows to which `prices` does not apply.
  init(
    _ name: String, _ summary: String, provider: StaticString, layout: BodyLayout = .list("data"), id: String = "id",
    states: OfferFields = [], mayState: OfferFields = [], prices: PriceTable? = nil,
    describe: @escaping @Sendable (Fields, inout Offer) throws(ImportError) -> Void
  ) {
    let states = prices == nil ? states : states.union(.pricing)
    self.init(name, summary, provider: provider, layout: layout, states: states, mayState: mayState) {
      (row, session) throws(ImportError) in
      let row = row.identified(as: try row.requiredString(id))
      var offer = try session.offer(row.place.id, in: row)
      offer.created = try row.integer("created")
      try describe(row, &offer)
      if let prices, offer.pricing.state == .unknown { offer.pricing = try prices.pricing(in: row, of: offer) }
      try session.add(offer, from: row)
    }
  }

  /// Reads a body.
  ///
  /// - Parameters:
  ///   - body: the bytes as the provider sent them, without content encoding.
  ///   - context: what the body does not say.
  /// - Throws: ``ImportError`` when the body is not of this format; nothing of it may be used then.
  public func parse(_ body: [UInt8], context: ImportContext) throws(ImportError) -> ParsedBody {
    var parser = try BodyParser(format: self, context: context)
    try parser.read(body)
    try parser.endPage()
    return try parser.finish()
  }
}
