/// The flat JSON records of the HTTP interface.
///
/// The shape is that of the system that the specification describes (`id`, `source_gateway`, `provider_slug`, `pricing`
/// with decimal strings …) with the members that OpenAI clients need (`object`, `owned_by`, `created`). Members are
/// always written in the same order, so the same offer is always the same bytes.
public enum RecordEncoding {
  /// The record of one offer.
  public static func record(of offer: Offer, provider: Provider, identity: ModelIdentity) -> [UInt8] {
    var json = JSONWriter(capacity: 1_024)
    json.object { json in
      json.member("id", offer.id)
      json.member("object", "model")
      // OpenAI clients require an integer; 0 says that the creation time is not known.
      json.member("created", offer.created ?? 0)
      json.member("owned_by", offer.ownedBy ?? identity.key.vendor ?? provider.slug.text)
      json.member("canonical_id", identity.key.text)
      json.member("name", offer.name)
      json.member("source_gateway", provider.slug.text)
      json.member("provider_slug", provider.slug.text)
      json.member("provider_model_id", offer.modelID)
      json.member("variant", offer.variant ?? identity.offerVariant)
      json.member("developer", identity.key.vendor ?? offer.ownedBy)
      json.member("description", offer.description)
      json.member("context_length", offer.contextLength)
      json.member("max_input_tokens", offer.maxInput)
      json.member("max_output_tokens", offer.maxOutput)
      writeModality(of: offer, to: &json)
      json.name("pricing")
      writePricing(offer.pricing, to: &json)
      json.member("pricing_state", offer.pricing.state.rawValue)
      if let note = offer.pricing.note { json.member("pricing_note", note) }
      json.member("is_free", offer.pricing.state == .free)
      json.member("supported_parameters", offer.supportedParameters)
      json.member("capabilities", offer.capabilities.map(\.rawValue))
      writeStatus(of: offer, provider: provider, to: &json)
    }
    return json.bytes
  }

  private static func writeModality(of offer: Offer, to json: inout JSONWriter) {
    let input = offer.inputModalities.map(\.rawValue)
    let output = offer.outputModalities.map(\.rawValue)
    let modality =
      input.isEmpty && output.isEmpty ? nil : "\(input.joined(separator: "+"))->\(output.joined(separator: "+"))"
    json.member("modality", modality)
    json.name("architecture")
    json.object { json in
      json.member("modality", modality)
      json.member("input_modalities", input)
      json.member("output_modalities", output)
      json.member("tokenizer", offer.tokenizer)
    }
  }

  private static func writeStatus(of offer: Offer, provider: Provider, to json: inout JSONWriter) {
    json.member("status", offer.status.rawValue)
    json.member("is_active", offer.status != .unavailable)
    json.member("deprecation_date", offer.deprecationDate?.description)
    json.member("expiration_date", offer.expiryDate?.description)
    json.member("quantization", offer.quantization)
    json.member("hugging_face_id", offer.huggingFaceID)
    json.member("aliases", offer.aliases)
    json.member("provider_site_url", provider.siteURL)
    json.member("source", offer.source)
    json.member("observed_at", offer.observedAt)
  }

  /// Writes prices as decimal strings in USD per unit: `prompt` and `completion` always, null where there is no price;
  /// other components where the provider has them. Only components billed by an unusual unit are named in `units`.
  public static func writePricing(_ pricing: Pricing, to json: inout JSONWriter) {
    json.object { json in writePricingMembers(pricing, to: &json) }
  }

  /// Writes the members of the object that ``writePricing(_:to:)`` writes.
  static func writePricingMembers(_ pricing: Pricing, to json: inout JSONWriter) {
    writeRates(pricing.rates, isFree: pricing.state == .free, always: [.prompt, .completion], to: &json)
    guard !pricing.tiers.isEmpty else { return }
    json.name("tiers")
    json.array { json in
      for tier in pricing.tiers {
        json.object { json in
          json.member("when", tier.condition.text)
          writeRates(tier.rates, isFree: false, always: [], to: &json)
        }
      }
    }
  }

  private static func writeRates(
    _ rates: [PriceComponent: Price], isFree: Bool, always: [PriceComponent], to json: inout JSONWriter
  ) {
    for component in PriceComponent.allCases {
      if let price = rates[component] {
        json.name(dynamic: component.rawValue)
        json.value(price.amount.description)
      } else if always.contains(component) {
        json.name(dynamic: component.rawValue)
        if isFree { json.value("0") } else { json.null() }
      }
    }
    let unusual = PriceComponent.allCases.filter { rates[$0].map { $0.unit } ?? $0.defaultUnit != $0.defaultUnit }
    guard !unusual.isEmpty else { return }
    json.name("units")
    json.object { json in
      for component in unusual {
        guard let unit = rates[component]?.unit else { continue }
        json.name(dynamic: component.rawValue)
        json.value(unit.rawValue)
      }
    }
  }
}
