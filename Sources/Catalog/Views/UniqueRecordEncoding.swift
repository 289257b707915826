/// The JSON records of unique models: one model with all who sell it, each callable by its own id.
enum UniqueRecordEncoding {
  static func record(
    key: CanonicalKey, name: String, offers: [CatalogOffer], cheapest: CatalogOffer?, providerCount: Int,
    largestContext: Int?
  ) -> [UInt8] {
    var json = JSONWriter(capacity: 512 + 320 * offers.count)
    json.object { json in
      json.member("id", key.text)
      json.member("object", "model")
      json.member("created", offers.compactMap(\.offer.created).min() ?? 0)
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
        for offer in offers { writeOffer(offer, to: &json) }
      }
    }
    return json.bytes
  }

  private static func promptPrice(_ offer: CatalogOffer) -> String? {
    offer.offer.pricing.state == .free ? "0" : offer.offer.pricing[.prompt]?.amount.description
  }

  private static func writeOffer(_ offer: CatalogOffer, to json: inout JSONWriter) {
    json.object { json in
      json.member("slug", offer.provider.slug.text)
      json.member("name", offer.provider.name)
      json.member("id", offer.offer.id)
      json.member("model_name", offer.offer.name)
      json.member("variant", offer.offer.variant ?? offer.identity.offerVariant)
      json.member("context_length", offer.offer.contextLength)
      json.member("max_output_tokens", offer.offer.maxOutput)
      json.name("pricing")
      RecordEncoding.writePricing(offer.offer.pricing, to: &json)
      json.member("pricing_state", offer.offer.pricing.state.rawValue)
      json.member("status", offer.offer.status.rawValue)
    }
  }
}
