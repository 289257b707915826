/// Finds the identity of a model in its id. Pure: the same id at the same provider always gives the same identity.
struct IdentityParser {
  /// The provider's slug, empty for a name that a person typed.
  let provider: String
  /// Who the provider says made the model.
  let ownedBy: String?

  func identity(of id: String) -> ModelIdentity {
    var path = ModelPath(id)
    let vendor = vendor(of: &path)
    var tokens = NameTokens.split(path.name)
    let served = OfferMarks.peel(&tokens, vendor: vendor, provider: provider)
    var marks = served + path.marks
    if let seller = path.host, seller != vendor, seller != provider, seller != "alibaba" { marks.append(seller) }
    FamilyRules.apply(to: &tokens, vendor: vendor, seller: path.host ?? provider)
    let date = tokens.first { Self.isFullDate($0) }
    if let date, ModelAliases.isOnlySnapshot(date, of: tokens, vendor: vendor) {
      tokens.removeAll { $0 == date }
      marks.append(date)
    }
    let model = Self.text(of: tokens, vendor: vendor)
    let parsed = CanonicalKey(vendor: vendor, model: model.isEmpty ? id.lowercased() : model)
    let key = ModelAliases.resolve(parsed, at: provider)
    let parts = key == parsed ? NameParts(tokens) : NameParts(NameTokens.split(key.model[...]))
    return ModelIdentity(
      key: key, family: parts.family, version: parts.version, size: parts.size, variant: parts.variant,
      date: parts.date ?? date, offerVariant: marks.isEmpty ? nil : marks.joined(separator: "-"))
  }

  /// The vendor, in order of trust: the organisation in the id, a word that gives a derivative away, a prefix of the name,
  /// the family, the stated owner, the provider itself, the seller in the id. Takes a prefix off the name.
  private func vendor(of path: inout ModelPath) -> String? {
    let named = path.vendor ?? derivative(path.name)
    let prefix = path.dropVendorPrefixes(vendor: named)
    if let known = named ?? prefix { return known }
    return VendorTable.vendor(ofFamilyStarting: path.name) ?? statedVendor ?? VendorTable.firstParties[provider]
      ?? path.host
  }

  private func derivative(_ name: Substring) -> String? {
    for word in name.utf8.split(whereSeparator: { !$0.isLetter }) where word.count >= 5 {
      if let vendor = VendorTable.derivatives[String(Substring(word))] { return vendor }
    }
    return nil
  }

  /// OpenAI-compatible servers say `openai` of any model, so that it tells nothing.
  private var statedVendor: String? {
    guard let ownedBy, let slug = VendorTable.slugs[ownedBy.lowercased()], slug != "openai" else { return nil }
    return slug
  }

  private static func isFullDate(_ token: String) -> Bool { token.utf8.count == 10 && token.hasPrefix("20") }

  /// The name with `-` between the tokens. Anthropic writes its dates without hyphens.
  private static func text(of tokens: [String], vendor: String?) -> String {
    guard vendor == "anthropic" else { return tokens.joined(separator: "-") }
    return tokens.map { isFullDate($0) ? $0.filter { $0 != "-" } : $0 }.joined(separator: "-")
  }
}

/// The parts of a name in normal form.
struct NameParts {
  let family: String
  private(set) var version: String?
  private(set) var size: String?
  private(set) var variant: String?
  private(set) var date: String?

  init(_ tokens: [String]) {
    family = tokens.first ?? ""
    var sizes: [String] = []
    var rest: [String] = []
    for token in tokens.dropFirst() {
      if OfferMarks.isSize(token) {
        sizes.append(token)
      } else if date == nil, Self.isDate(token) {
        date = token
      } else if version == nil, Self.isVersion(token) {
        version = token
      } else {
        rest.append(token)
      }
    }
    size = sizes.isEmpty ? nil : sizes.joined(separator: "-")
    variant = rest.isEmpty ? nil : rest.joined(separator: "-")
  }

  /// Joined dates contain a hyphen; four digits are month and day or year and month.
  private static func isDate(_ token: String) -> Bool {
    token.utf8.contains(UInt8(ascii: "-")) || token.utf8.count == 4 && token.utf8.allSatisfy(\.isDigit)
  }

  private static func isVersion(_ token: String) -> Bool {
    let digits = token.utf8.drop { $0.isLetter }
    return token.utf8.count - digits.count <= 1 && digits.first?.isDigit == true && digits.count <= 4
  }
}
