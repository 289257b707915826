extension ModelHistory {
  /// Writes the members of the history's JSON object.
  ///
  /// - Parameters:
  ///   - limit: the most prices and the most changes of each offer; the newest are kept.
  ///   - json: receives the members.
  public func writeMembers(limit: Int, to json: inout JSONWriter) {
    json.member("object", "model.history")
    json.member("id", id)
    json.member("currency", "USD")
    json.name("offers")
    json.array { json in
      for offer in offers { json.object { json in offer.writeMembers(limit: limit, to: &json) } }
    }
  }
}

extension OfferHistory {
  fileprivate func writeMembers(limit: Int, to json: inout JSONWriter) {
    json.member("source_gateway", offer.provider.text)
    json.member("id", offer.offer)
    json.name("prices")
    json.array { json in
      for point in prices.suffix(limit) { json.object { json in point.writeMembers(to: &json) } }
    }
    json.name("changes")
    json.array { json in
      for change in changes.suffix(limit) { json.object { json in change.writeMembers(to: &json) } }
    }
    json.member("truncated", max(prices.count, changes.count) > limit)
  }
}

extension OfferHistory.PricePoint {
  fileprivate func writeMembers(to json: inout JSONWriter) {
    json.member("from", from)
    json.member("to", to)
    json.member("state", pricing?.state.rawValue)
    if let problem { json.member("problem", problem) }
    guard let pricing else { return }
    if let note = pricing.note { json.member("note", note) }
    RecordEncoding.writePricingMembers(pricing, to: &json)
  }
}
