extension ModelComparison {
  /// Writes the comparison as one object: `{"models":[{"name":…,"found":true,…}]}`.
  public func write(to json: inout JSONWriter) {
    json.object { json in writeMembers(to: &json) }
  }

  /// Writes the members of the comparison into an object.
  public func writeMembers(to json: inout JSONWriter) {
    json.name("models")
    json.array { json in for entry in entries { entry.write(to: &json) } }
  }
}

extension ModelComparison.Entry {
  /// Writes the entry as one object; a model that was not found has `suggestions` instead of facts.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("name", name)
      switch outcome {
      case .found(let compared):
        json.member("found", true)
        compared.writeMembers(to: &json)
      case .notFound(let suggestions):
        json.member("found", false)
        json.member("suggestions", suggestions)
      }
    }
  }
}

extension ComparedModel {
  fileprivate func writeMembers(to json: inout JSONWriter) {
    json.member("canonical_id", model.key.text)
    json.member("model_name", model.name)
    json.member("provider_count", model.providerCount)
    json.name("cheapest")
    write(recommendation?.offer, to: &json)
    json.name("largest_context")
    write(largestContext, to: &json)
    json.name("recommendation")
    if let recommendation {
      json.object { json in
        recommendation.offer.writeName(to: &json)
        json.name("compared_with")
        write(recommendation.dearest, to: &json)
        json.member("saving_percent", recommendation.savingPercent)
      }
    } else {
      json.null()
    }
    json.name("offers")
    json.array { json in for offer in offers { writeRow(offer, to: &json) } }
  }

  private func write(_ offer: CatalogOffer?, to json: inout JSONWriter) {
    guard let offer else { return json.null() }
    json.object { json in offer.writeName(to: &json) }
  }

  private func writeRow(_ row: CatalogOffer, to json: inout JSONWriter) {
    let offer = row.offer
    json.object { json in
      row.writeName(to: &json)
      json.member("name", offer.name)
      json.member("context_length", offer.contextLength)
      json.member("max_output_tokens", offer.maxOutput)
      json.name("pricing")
      RecordEncoding.writePricing(offer.pricing, to: &json)
      json.member("pricing_state", offer.pricing.state.rawValue)
      json.member("status", offer.status.rawValue)
      json.member("is_cheapest", row === recommendation?.offer)
      json.member(
        "has_largest_context", offer.contextLength != nil && offer.contextLength == largestContext?.offer.contextLength)
    }
  }
}

extension CatalogOffer {
  /// Writes the members that name an offer: its provider and its id there.
  func writeName(to json: inout JSONWriter) {
    json.member("provider", provider.slug.text)
    json.member("id", offer.id)
  }
}
