extension Offer {
  /// What an import leaves where an offer is stored.
  ///
  /// - A field that the listing does not state is kept.
  /// - A curated list only fills in what nobody else says, and corrects what curated lists said.
  /// - Where a list of the provider itself says nothing, what a curated list said is kept. The two would else take turns.
  /// - The offer's own source is the best that ever stated it.
  ///
  /// - Parameters:
  ///   - old: what is stored.
  ///   - stated: the fields that the listing states.
  /// - Returns: the offer, and the fields that are the listing's now.
  func merged(over old: Offer, stated: OfferFields) -> (offer: Offer, taken: OfferFields) {
    let authority = SourceAuthority(of: source)
    let (carried, known) = (carriedFields, old.carriedFields)
    let taken = stated.each.filter { field in
      let previous = SourceAuthority(of: old.source(of: field).source)
      if authority == previous { return true }
      return authority < previous
        ? !known.contains(field) && carried.contains(field) : carried.contains(field) || !known.contains(field)
    }
    var offer = self
    if authority < SourceAuthority(of: old.source) {
      offer.source = old.source
      offer.observedAt = old.observedAt
      for field in taken { offer.attribute(field, to: FieldSource(source: source, observedAt: observedAt)) }
    }
    let fields = OfferFields(taken)
    return (offer.keeping(old, except: fields), fields)
  }
}

extension ListingDiff.Change {
  /// What has to be written when both say the same, but a better source says so now; nil where there is nothing to write.
  ///
  /// Without this a curated list could go on to change what the provider itself has confirmed.
  var confirmation: ListingDiff.Change? {
    var confirmed = old
    if SourceAuthority(of: new.source) > SourceAuthority(of: old.source) {
      confirmed.source = new.source
      confirmed.observedAt = new.observedAt
      confirmed.provenance = new.provenance
    } else if !old.provenance.isEmpty {
      for field in OfferFields.all.each {
        let source = new.source(of: field)
        if SourceAuthority(of: source.source) > SourceAuthority(of: old.source(of: field).source) {
          confirmed.attribute(field, to: source)
        }
      }
    }
    return confirmed == old ? nil : ListingDiff.Change(old: old, new: confirmed)
  }
}

extension ProviderPart {
  /// Whether the provider itself says what it offers: some offer comes from a list of its own. What an operator wrote by hand
  /// is no such list.
  var hasFirstPartyList: Bool {
    offers.contains { SourceAuthority(of: $0.source) == .firstParty && $0.source != CatalogEdit.source }
  }
}
