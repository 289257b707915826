/// Two or more offers of one provider that have the same key and the same offer variant.
///
/// Either the provider lists one model twice, or the parser has merged two models. Both need to be seen by a person, so a
/// collision is reported and the offers are kept apart, never merged.
public struct IdentityCollision: Sendable, Hashable, CustomStringConvertible {
  /// Who lists the offers.
  public let provider: ProviderSlug
  /// The key that they share.
  public let key: CanonicalKey
  /// The variant that they share.
  public let offerVariant: String?
  /// The ids of the offers, sorted.
  public let offers: [String]

  /// What collides, for a person.
  public var description: String {
    let variant = offerVariant.map { " (\($0))" } ?? ""
    return "\(provider): \(offers.joined(separator: ", ")) all have the key \(key)\(variant)"
  }

  /// Finds the collisions among offers with their identities, sorted by provider, key and variant.
  public static func find(in offers: [(Offer, ModelIdentity)]) -> [IdentityCollision] {
    var groups: [Group: [String]] = [:]
    for (offer, identity) in offers {
      let group = Group(provider: offer.provider, key: identity.key, offerVariant: identity.offerVariant)
      groups[group, default: []].append(offer.id)
    }
    return groups.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }.map { group, ids in
      IdentityCollision(
        provider: group.provider, key: group.key, offerVariant: group.offerVariant, offers: ids.sorted())
    }
  }

  private struct Group: Hashable, Comparable {
    let provider: ProviderSlug
    let key: CanonicalKey
    let offerVariant: String?

    static func < (left: Group, right: Group) -> Bool {
      (left.provider.text, left.key.text, left.offerVariant ?? "")
        < (right.provider.text, right.key.text, right.offerVariant ?? "")
    }
  }
}
