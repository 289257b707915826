/// The JSON records of unique models: one model with all who sell it, each callable by its own id.
enum UniqueRecordEncoding {
  static func record(
    key: CanonicalKey, name: String, offers: [CatalogOffer], cheapest: CatalogOffer?, providerCount: Int,
    largestContext: Int?
  ) -> [UInt8] {
    var size = 512
    var created: Int?
    for offer in offers {
      size += offer.sellerRecord.count + 1
      if let time = offer.offer.created { created = min(created ?? time, time) }
    }
    var json = JSONWriter(capacity: size)
    json.object { json in
      json.member("id", key.text)
      json.member("object", "model")
      json.member("created", created ?? 0)
      json.member("owned_by", key.vendor ?? offers.first?.offer.ownedBy ?? "unknown")
      json.member("canonical_id", key.text)
      json.member("name", name)
      json.member("provider_count", providerCount)
      json.member("largest_context_length", largestContext)
      json.member("cheapest_provider", cheapest?.provider.slug.text)
      json.member("cheapest_id", cheapest?.offer.id)
      json.member("cheapest_prompt_price", cheapest.flatMap(promptPrice))
      json.name("providers")
      json.array { json in
        for offer in offers { json.raw(offer.sellerRecord) }
      }
    }
    return json.bytes
  }

  private static func promptPrice(_ offer: CatalogOffer) -> String? {
    offer.offer.pricing.state == .free ? "0" : offer.offer.pricing[.prompt]?.amount.description
  }

  /// One who sells the model. It depends on the offer alone, so that it is written once for all catalog versions.
  static func seller(_ offer: Offer, provider: Provider, identity: ModelIdentity) -> [UInt8] {
    var json = JSONWriter(capacity: 384)
    json.object { json in
      json.member("slug", provider.slug.text)
      json.member("name", provider.name)
      json.member("id", offer.id)
      json.member("model_name", offer.name)
      json.member("variant", offer.variant ?? identity.offerVariant)
      json.member("context_length", offer.contextLength)
      json.member("max_output_tokens", offer.maxOutput)
      json.name("pricing")
      RecordEncoding.writePricing(offer.pricing, to: &json)
      json.member("pricing_state", offer.pricing.state.rawValue)
      json.member("status", offer.status.rawValue)
    }
    return json.bytes
  }
}
