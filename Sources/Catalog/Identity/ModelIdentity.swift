/// What an offer says about which model it sells: the key that it shares with other offers of the model, and the parts of
/// the name.
///
/// How much of an id is identity:
/// - A dated name and the undated one are two models, since the undated one may move, unless the curated table knows that
///   there was only ever one date. The dropped date is then the ``offerVariant``.
/// - `:thinking` is identity. `:free`, `:batch`, `:extended`, `:nitro` and other routes, and the precision of the weights
///   (`-fp8`, `-awq`), are variants of the offer.
/// - `-turbo`, `-fast` and `-lite` are identity (`gpt-4-turbo`), except where sellers of open weights mark faster or smaller
///   serving with them (`Meta-Llama-3.1-8B-Instruct-Turbo`).
/// - Display names and letter case never are.
public struct ModelIdentity: Sendable, Hashable {
  /// What the offers of one model have in common.
  public let key: CanonicalKey
  /// The family, such as `llama`.
  public let family: String
  /// The version in the family, such as `3.1`, `4o` or `v3`.
  public let version: String?
  /// The number of parameters, such as `8b` or `235b-a22b`.
  public let size: String?
  /// What else sets the model apart, such as `instruct`, `mini` or `coder-thinking`.
  public let variant: String?
  /// The date of the snapshot, such as `2024-08-06`, `08-2024`, `0528` (month and day) or `2507` (year and month).
  public let date: String?
  /// What sets this offer apart from others of the same model at the same provider, such as `free`, `batch` or `fp8`; several
  /// are joined with `-`.
  public let offerVariant: String?

  /// The identity of an offer, from its ids, aliases and owner.
  ///
  /// The repository at Hugging Face decides where it has the same vendor as the id. A moving name (`-latest`) gets the key
  /// of the dated name among the offer's aliases, where there is one.
  public static func of(_ offer: Offer) -> ModelIdentity {
    var identity = parse(
      modelID: offer.modelID, provider: offer.provider, ownedBy: offer.ownedBy, huggingFaceID: offer.huggingFaceID)
    if offer.modelID.hasSuffix("-latest") {
      let dated = offer.aliases.sorted().lazy.map {
        parse(modelID: $0, provider: offer.provider, ownedBy: offer.ownedBy, huggingFaceID: nil)
      }
      if let target = dated.first(where: { $0.date != nil }) { identity = target.adding(mark: "latest") }
    }
    if let variant = offer.variant { identity = identity.adding(mark: variant) }
    return identity
  }

  /// The identity that a model's id tells.
  ///
  /// - Parameters:
  ///   - modelID: the id at the provider.
  ///   - provider: the provider, whose own abbreviations the curated table knows.
  ///   - ownedBy: the owner that the provider states; used only where the id tells no vendor.
  ///   - huggingFaceID: the repository at Hugging Face, which decides where it has the same vendor as the id.
  public static func parse(
    modelID: String, provider: ProviderSlug, ownedBy: String?, huggingFaceID: String?
  ) -> ModelIdentity {
    let parser = IdentityParser(provider: provider.text, ownedBy: ownedBy)
    let identity = parser.identity(of: modelID)
    guard let huggingFaceID, huggingFaceID.contains("/") else { return identity }
    return identity.preferring(parser.identity(of: huggingFaceID))
  }

  /// The identity with the key of `repository`, unless that belongs to another vendor or lacks the `thinking` of the id.
  private func preferring(_ repository: ModelIdentity) -> ModelIdentity {
    guard key.vendor == nil || key.vendor == repository.key.vendor else { return self }
    guard !key.model.hasSuffix("-thinking") || repository.key.model.hasSuffix("-thinking") else { return self }
    return repository.with(offerVariant: offerVariant)
  }

  private func adding(mark: String) -> ModelIdentity {
    guard offerVariant != mark else { return self }
    return with(offerVariant: offerVariant.map { "\($0)-\(mark)" } ?? mark)
  }

  private func with(offerVariant: String?) -> ModelIdentity {
    ModelIdentity(
      key: key, family: family, version: version, size: size, variant: variant, date: date, offerVariant: offerVariant)
  }
}
