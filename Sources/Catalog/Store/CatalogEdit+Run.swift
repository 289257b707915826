extension CatalogEdit {
  /// Makes the update inside a transaction that the caller opens and ends; every store decides with this alone what an
  /// update changes.
  ///
  /// - Parameters:
  ///   - transaction: what the store can do.
  ///   - now: the time in seconds since 1970.
  ///   - dryRun: whether the caller will roll back.
  /// - Throws: ``StoreError`` when the update is refused; the caller must then roll back.
  public func run(
    in transaction: inout some EditTransaction, now: Int, dryRun: Bool
  ) throws -> EditReport {
    let outcome: Outcome
    switch self {
    case .putOffer(let offer):
      let old = try transaction.offer(offer.id, of: offer.provider)
      outcome = try Self.write(offer, .all, over: old, now, &transaction)
    case .patchOffer(let slug, let id, let patch):
      let old = try Self.offer(id, of: slug, &transaction)
      let new = try Self.checked(slug, id) { () throws(OfferError) in try patch.applied(to: old) }
      outcome = try Self.write(new, patch.fields, over: old, now, &transaction)
    case .deleteOffer(let slug, let id):
      _ = try Self.provider(slug, &transaction)
      guard try transaction.deleteOffer(id, of: slug) else { throw StoreError.noSuchOffer(provider: slug, offer: id) }
      outcome = Outcome(kind: .removed)
    case .putProvider(let provider):
      outcome = try Self.write(provider, over: transaction.provider(provider.slug), &transaction)
    case .patchProvider(let slug, let patch):
      let old = try Self.provider(slug, &transaction)
      let new = try Self.checked(slug, nil) { () throws(OfferError) in try patch.applied(to: old) }
      outcome = try Self.write(new, over: old, &transaction)
    case .deleteProvider(let slug, let force):
      _ = try Self.provider(slug, &transaction)
      let count = try transaction.offerCount(of: slug)
      guard force || count == 0 else { throw StoreError.providerHasOffers(slug, count: count) }
      try transaction.deleteProvider(slug)
      outcome = Outcome(kind: .removed, removedOffers: count)
    }
    return EditReport(
      kind: outcome.kind, provider: provider, offer: offer, fields: outcome.fields,
      isProviderCreated: outcome.isProviderCreated, removedOffers: outcome.removedOffers, dryRun: dryRun,
      manifest: try transaction.manifest())
  }

  private struct Outcome {
    let kind: EditReport.Kind
    var fields: [FieldChange] = []
    var isProviderCreated = false
    var removedOffers = 0
  }

  /// Writes an offer of which some fields are the operator's; the others come from where they came from before.
  private static func write(
    _ stated: Offer, _ fields: OfferFields, over old: Offer?, _ now: Int, _ transaction: inout some EditTransaction
  ) throws -> Outcome {
    var offer = stated
    offer.source = source
    offer.observedAt = now
    offer.provenance = Provenance()
    if let old { offer = offer.keeping(old, except: fields) }
    offer = try checked(offer.provider, offer.id) { [offer] () throws(OfferError) in
      try offer.storable(by: offer.provider)
    }
    guard let old else {
      let isProviderCreated = try transaction.provider(offer.provider) == nil
      try transaction.write(offer, replacing: nil)
      return Outcome(kind: .created, isProviderCreated: isProviderCreated)
    }
    guard offer.isWorthWriting(over: old) else { return Outcome(kind: .unchanged) }
    try transaction.write(offer, replacing: old)
    return Outcome(kind: .changed, fields: try offer.changedFields(since: old))
  }

  private static func write(
    _ provider: Provider, over old: Provider?, _ transaction: inout some EditTransaction
  ) throws -> Outcome {
    try checked(provider.slug, nil) { () throws(OfferError) in try provider.check() }
    guard provider != old else { return Outcome(kind: .unchanged) }
    try transaction.write(provider, replacing: old)
    guard let old else { return Outcome(kind: .created) }
    let fields = [("name", old.name, provider.name), ("site_url", old.siteURL, provider.siteURL)]
    return Outcome(
      kind: .changed,
      fields: fields.filter { $0.1 != $0.2 }.map { FieldChange(field: $0.0, oldValue: $0.1, newValue: $0.2) })
  }

  private static func provider(
    _ slug: ProviderSlug, _ transaction: inout some EditTransaction
  ) throws -> Provider {
    guard let provider = try transaction.provider(slug) else { throw StoreError.noSuchProvider(slug) }
    return provider
  }

  private static func offer(
    _ id: String, of slug: ProviderSlug, _ transaction: inout some EditTransaction
  ) throws -> Offer {
    _ = try provider(slug, &transaction)
    guard let offer = try transaction.offer(id, of: slug) else {
      throw StoreError.noSuchOffer(provider: slug, offer: id)
    }
    return offer
  }

  /// Runs a check and throws what it throws as an error that names provider and offer.
  private static func checked<Value>(
    _ provider: ProviderSlug, _ id: String?, _ check: () throws(OfferError) -> Value
  ) throws(StoreError) -> Value {
    do {
      return try check()
    } catch {
      throw .invalidOffer(provider: provider, offer: String((id ?? "-").prefix(Offer.maximumIDLength)), error)
    }
  }
}
