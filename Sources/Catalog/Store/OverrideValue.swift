/// The value of an override, checked as far as that can be done without the offer that it is laid over.
enum OverrideValue {
  case pricing(PricingPatch)
  case member(OfferMember, JSONValue)
  case aliases([String])
  case hidden(Bool)

  /// The most aliases that an offer has.
  private static let maximumAliases = 64

  /// Reads a value.
  ///
  /// - Throws: ``OfferError`` when no offer can have it.
  init(_ member: OfferOverride.Member, _ value: JSONValue) throws(OfferError) {
    switch member {
    case .pricing:
      do throws(PricingCodingError) {
        let patch = try PricingPatch(value)
        guard !patch.names("raw") else {
          throw PricingCodingError(member: "raw", reason: "is what the provider says, and stays")
        }
        self = .pricing(patch)
      } catch {
        throw OfferError(error)
      }
    case .contextLength: self = try .checked(.contextLength, value)
    case .maxInput: self = try .checked(.maxInput, value)
    case .maxOutput: self = try .checked(.maxOutput, value)
    case .status: self = try .checked(.status, value)
    case .aliases:
      guard value != .null else { throw OfferError(field: "aliases", reason: "must be an array of strings, not null") }
      self = .aliases(Set(try Self.probed(.aliases, value).aliases).sorted())
    case .hidden:
      guard let isHidden = value.bool else {
        throw OfferError(field: "hidden", reason: "must be a boolean, not \(value.kind)")
      }
      self = .hidden(isHidden)
    }
  }

  private static func checked(_ member: OfferMember, _ value: JSONValue) throws(OfferError) -> OverrideValue {
    _ = try probed(member, value)
    return .member(member, value)
  }

  /// An offer that has the value and nothing else.
  private static func probed(_ member: OfferMember, _ value: JSONValue) throws(OfferError) -> Offer {
    var offer = Offer(provider: ProviderSlug(literal: "any"), modelID: "any", source: CatalogEdit.source, observedAt: 0)
    try member.read(value, into: &offer)
    _ = try offer.bounded()
    return offer
  }

  /// Lays the value over an offer.
  ///
  /// - Throws: ``OfferError`` when prices do not make sense together with those of the provider; nothing else fails.
  func apply(to offer: inout Offer) throws(OfferError) {
    switch self {
    case .pricing(let patch):
      let raw = offer.pricing.raw
      do {
        offer.pricing = try patch.applied(to: offer.pricing)
      } catch {
        throw OfferError(error)
      }
      offer.pricing.raw = raw
    case .member(let member, let value): try member.read(value, into: &offer)
    case .aliases(let aliases):
      // Those of the operator first: a provider that gives ever more of them must not make the offer unreadable.
      let others = offer.aliases.filter { !aliases.contains($0) }
      let all = aliases + others.prefix(Self.maximumAliases - aliases.count)
      offer.aliases = all.filter { $0 != offer.modelID }.sorted()
    case .hidden: break
    }
  }
}

extension OfferOverride {
  /// The value, read.
  ///
  /// - Throws: ``StoreError/corruptRow(provider:offer:reason:)`` when no offer can have it.
  fileprivate var read: OverrideValue {
    get throws(StoreError) {
      let json: JSONValue
      do {
        json = try JSONReader.parse(value, limits: .small)
      } catch {
        throw broken(error.description)
      }
      do {
        return try OverrideValue(member, json)
      } catch {
        throw broken(error.description)
      }
    }
  }

  private func broken(_ reason: String) -> StoreError {
    .corruptRow(provider: provider.text, offer: offer, reason: "its override of \(member.rawValue): \(reason)")
  }
}

extension Offer {
  /// The offer as readers get it.
  ///
  /// A price that an operator patched, and that makes no sense any more since the provider changed its own, is unknown and says
  /// why: a sync must not make a provider unreadable.
  ///
  /// - Parameter overrides: what operators say about it.
  /// - Returns: nil when it is hidden.
  /// - Throws: ``StoreError/corruptRow(provider:offer:reason:)`` when an override cannot be one.
  func served(with overrides: [OfferOverride]) throws(StoreError) -> Offer? {
    var offer = self
    offer.provenance = Provenance()
    var isHidden = false
    for override in overrides {
      let value = try override.read
      if case .hidden(true) = value { isHidden = true }
      do {
        try value.apply(to: &offer)
      } catch {
        let note = "the override does not fit to what the provider says now: \(error.reason)"
        offer.pricing = .unknown(note, raw: pricing.raw)
      }
    }
    return isHidden ? nil : offer
  }
}

extension ProviderPart {
  /// The part as readers get it: what operators say is laid over what the provider says, and where that comes from is left
  /// out.
  ///
  /// - Parameter overrides: all of the provider's.
  /// - Throws: ``StoreError/corruptRow(provider:offer:reason:)`` when an override cannot be one.
  public func served(with overrides: [OfferOverride]) throws(StoreError) -> ProviderPart {
    guard !overrides.isEmpty || offers.contains(where: { !$0.provenance.isEmpty }) else { return self }
    let byOffer = Dictionary(grouping: overrides) { ExactText($0.offer) }
    var served: [Offer] = []
    for offer in offers {
      if let offer = try offer.served(with: byOffer[ExactText(offer.id)] ?? []) { served.append(offer) }
    }
    return ProviderPart(provider: provider, offers: served, changedAt: changedAt)
  }
}
