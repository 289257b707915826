/// Why a JSON value cannot be a manual update.
public enum PatchError: Error, Equatable, CustomStringConvertible {
  /// The value is no object, but of this kind.
  case notAnObject(String)
  /// There is no such member.
  case unknownMember(String, known: [String])
  /// The value of a member does not fit.
  case value(OfferError)

  /// What is wrong and what would be right, for a person.
  public var description: String {
    switch self {
    case .notAnObject(let kind): "an update must be an object, not \(kind)"
    case .unknownMember(let name, let known):
      "\"\(name.prefix(40))\" is not among the members that can be set: \(known.joined(separator: ", "))"
    case .value(let error): error.description
    }
  }

  /// The members of an object, all of them known.
  fileprivate static func members(of value: JSONValue, known: [String]) throws(PatchError) -> JSONObject {
    guard let object = value.object else { throw .notAnObject(value.kind) }
    for (name, _) in object.members where !known.contains(name) { throw .unknownMember(name, known: known) }
    return object
  }
}

/// What a manual update says about an offer: only the members that it names change, see ``OfferMember``.
public struct OfferPatch: Sendable, Hashable {
  /// The names of all members.
  public static let memberNames = OfferMember.allCases.map(\.rawValue)

  private let members: JSONObject

  /// Reads an object such as `{"context_length":128000,"description":null,"pricing":{"prompt":"0.000002"}}`; the values
  /// are looked at when the patch is applied.
  ///
  /// - Throws: ``PatchError`` when it is none, or has a member that no patch has.
  public init(_ value: JSONValue) throws(PatchError) {
    members = try PatchError.members(of: value, known: Self.memberNames)
  }

  /// The fields that the patch says something about.
  var fields: OfferFields {
    members.members.reduce(into: []) { fields, member in
      if let member = OfferMember(rawValue: member.name) { fields.formUnion(member.field) }
    }
  }

  /// An offer with the members of the patch.
  ///
  /// - Throws: ``OfferError`` when a value does not fit.
  public func applied(to offer: Offer) throws(OfferError) -> Offer {
    var offer = offer
    for (name, value) in members.members { try OfferMember(rawValue: name)?.read(value, into: &offer) }
    return offer
  }
}

/// What a manual update says about a provider.
public struct ProviderPatch: Sendable, Hashable {
  /// The names of all members.
  public static let memberNames = ["name", "site_url"]

  private let members: JSONObject

  /// Reads an object such as `{"name":"Acme","site_url":null}`.
  ///
  /// - Throws: ``PatchError`` when it is none, or has a member that no patch has.
  public init(_ value: JSONValue) throws(PatchError) {
    members = try PatchError.members(of: value, known: Self.memberNames)
  }

  /// A provider with the members of the patch.
  ///
  /// - Throws: ``OfferError`` when a value does not fit.
  public func applied(to provider: Provider) throws(OfferError) -> Provider {
    var provider = provider
    for (name, value) in members.members {
      switch (name, value) {
      case ("name", .string(let text)): provider.name = text
      case ("site_url", .string(let text)): provider.siteURL = text
      case ("site_url", .null): provider.siteURL = nil
      default: throw OfferError(field: name, reason: "must be a string, not \(value.kind)")
      }
    }
    return provider
  }
}

extension CatalogEdit {
  /// The member of a whole offer that is not one of a patch, because it is part of the id.
  private static let variantName = "variant"

  /// The update that puts a whole offer in the place of what was there.
  ///
  /// - Parameters:
  ///   - id: the offer's id.
  ///   - provider: who sells it.
  ///   - value: the members of a patch, and `variant` where the id ends with `:` and a variant that is no part of the
  ///     model's own id.
  /// - Throws: ``PatchError``.
  public static func putOffer(
    id: String, of provider: ProviderSlug, _ value: JSONValue
  ) throws(PatchError) -> CatalogEdit {
    var object = try PatchError.members(of: value, known: [variantName] + OfferPatch.memberNames)
    let variant = object[variantName]
    object = JSONObject(object.members.filter { $0.name != variantName })
    let patch = try OfferPatch(.object(object))
    do {
      return .putOffer(try patch.applied(to: bareOffer(id: id, of: provider, variant: variant ?? .null)))
    } catch {
      throw .value(error)
    }
  }

  private static func bareOffer(
    id: String, of provider: ProviderSlug, variant: JSONValue
  ) throws(OfferError) -> Offer {
    guard variant != .null else { return Offer(provider: provider, modelID: id, source: source, observedAt: 0) }
    guard let text = variant.string else {
      throw OfferError(field: variantName, reason: "must be a string, not \(variant.kind)")
    }
    let end = Array(":\(text)".utf8)
    guard id.utf8.count > end.count, id.utf8.suffix(end.count).elementsEqual(end),
      let modelID = String(id.utf8.dropLast(end.count))
    else {
      throw OfferError(field: variantName, reason: "the id must end with \":\" and the variant")
    }
    return Offer(provider: provider, modelID: modelID, variant: text, source: source, observedAt: 0)
  }

  /// The update that puts a whole provider in the place of what was there; its offers stay.
  ///
  /// - Parameters:
  ///   - slug: the provider.
  ///   - value: the members of a patch; the name is the slug unless given.
  /// - Throws: ``PatchError``.
  public static func putProvider(slug: ProviderSlug, _ value: JSONValue) throws(PatchError) -> CatalogEdit {
    let patch = try ProviderPatch(value)
    do {
      return .putProvider(try patch.applied(to: Provider(slug: slug)))
    } catch {
      throw .value(error)
    }
  }
}
