import Catalog
import CatalogSync
import Foundation

/// A made-up catalog in which names, texts, prices and the overlap of providers look like those of a real one.
///
/// Thirty providers each sell a random choice of the models, so that a model has six offers on average whatever the size of
/// the catalog. Half of the providers name models like OpenRouter does (`vendor/model`) and describe them, the others give
/// the bare name. No two offers have the same price. The same size always gives the same catalog.
struct SyntheticCatalog {
  /// How many offers there are.
  let offers: Int
  /// Whether every hundredth offer has another price and context than in the catalog that is not changed.
  let isChanged: Bool

  private static let offersPerModel = 6
  /// 2026-01-01, so that two runs give the same bytes.
  private static let observedAt = 1_767_225_600

  /// The providers with their offers, in the order of slugs and ids.
  ///
  /// - Throws: when a made-up value is not one that the catalog accepts.
  func parts() throws -> [ProviderPart] {
    let providers = SyntheticNames.providers
    let models = Array(0..<max(offers / Self.offersPerModel, offers / providers.count + 1))
    var random = SplitMix64(state: 42)
    var parts: [ProviderPart] = []
    var done = 0
    for (index, name) in providers.enumerated() {
      let provider = Provider(slug: try ProviderSlug(name), name: name.capitalized, siteURL: "https://\(name).example")
      let upTo = offers * (index + 1) / providers.count
      var list: [Offer] = []
      for model in models.shuffled(using: &random).prefix(upTo - done) {
        list.append(try offer(number: done, of: provider.slug, model: model, isAggregator: index % 2 == 0))
        done += 1
      }
      parts.append(ProviderPart(provider: provider, offers: list.sorted { $0.id < $1.id }))
    }
    return parts.sorted { $0.provider.slug < $1.provider.slug }
  }

  /// The providers' complete listings.
  ///
  /// - Throws: when a made-up value is not one that the catalog accepts.
  func listings() throws -> [ProviderListing] {
    try parts().map { ProviderListing(provider: $0.provider, offers: $0.offers, stated: .all) }
  }

  /// The catalog in the project's own format.
  ///
  /// - Throws: when a made-up value is not one that the catalog accepts.
  func document() throws -> [UInt8] {
    NativeFormat.write(
      parts: try parts(), metadata: ["name": "synthetic", "license": "CC0-1.0"], exportedAt: "2026-01-01T00:00:00Z",
      includeDescriptions: true)
  }

  private func offer(number: Int, of provider: ProviderSlug, model index: Int, isAggregator: Bool) throws -> Offer {
    let model = SyntheticModel(index: index)
    let isDifferent = isChanged && number % 100 == 0
    var offer = Offer(
      provider: provider, modelID: isAggregator ? "\(model.vendor)/\(model.slug)" : model.slug,
      name: isAggregator ? "\(model.vendor.capitalized): \(model.name)" : model.name, source: "synthetic",
      observedAt: Self.observedAt)
    offer.contextLength = model.contextLength * (isDifferent ? 2 : 1)
    offer.maxOutput = model.contextLength / 8
    offer.inputModalities = model.seesImages ? [.text, .image] : [.text]
    offer.outputModalities = [.text]
    offer.capabilities = model.seesImages ? [.structuredOutput, .tools, .vision] : [.tools]
    offer.created = Self.observedAt - 86_400 * (index % 700)
    if isAggregator {
      offer.description = model.description
      offer.supportedParameters = SyntheticNames.parameters
      offer.huggingFaceID = "\(model.vendor)/\(model.name.replacing(" ", with: "-"))"
    } else {
      offer.ownedBy = model.vendor
    }
    offer.pricing = try pricing(number: number, isDifferent: isDifferent)
    return try offer.bounded()
  }

  /// Prices from 0.02 USD per million tokens on, in steps of 0.0003 USD, spread over the catalog.
  private func pricing(number: Int, isDifferent: Bool) throws -> Pricing {
    // 7,919 is a prime number that no size in use is a multiple of, so each offer gets a step of its own.
    let prompt = 200 + 3 * (number * 7_919 % offers) + (isDifferent ? 1 : 0)
    var rates: [PriceComponent: Price] = [
      .prompt: try .tenThousandthsPerMillion(ExactDecimal(prompt)),
      .completion: try .tenThousandthsPerMillion(ExactDecimal(prompt * 4)),
    ]
    if number % 3 == 0 { rates[.cacheRead] = try .tenThousandthsPerMillion(ExactDecimal(prompt / 10)) }
    return try .priced(rates, raw: #"{"input":\#(prompt),"output":\#(prompt * 4)}"#)
  }
}

/// SplitMix64 (Steele, Lea and Flood, 2014): small, and the same on every machine.
private struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
